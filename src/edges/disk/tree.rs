//! Files of this machine into an image, and an image into files to look at.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::error::DiskError;
use crate::facts::powercut::content::Content;
use crate::facts::powercut::image::Attributes;
use crate::facts::powercut::{Image, Kind};
use crate::words::units::Bytes;

/// The files, directories and symbolic links in `directory`, as an image. Sockets,
/// pipes and devices are left out; a file with two names becomes two files.
///
/// # Errors
/// Where something cannot be read, or the files are larger than `at_most` together.
pub fn read_tree(directory: &Path, at_most: Bytes) -> Result<Image, DiskError> {
    let mut image = Image::empty(attributes_of(directory)?);
    let mut room = at_most;
    add(&mut image, directory, Path::new(""), &mut room).map_err(|error| match error {
        DiskError::TooLarge { .. } => DiskError::TooLarge { path: directory.to_owned(), capacity: at_most },
        other => other,
    })?;
    Ok(image)
}

fn add(image: &mut Image, root: &Path, below: &Path, room: &mut Bytes) -> Result<(), DiskError> {
    let directory = root.join(below);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| DiskError::Copy { path, source }
    };
    for entry in fs::read_dir(&directory).map_err(failed(&directory))? {
        let entry = entry.map_err(failed(&directory))?;
        let (path, name) = (entry.path(), below.join(entry.file_name()));
        let file_type = entry.file_type().map_err(failed(&path))?;
        let kind = if file_type.is_dir() {
            Kind::Directory(Default::default())
        } else if file_type.is_symlink() {
            Kind::Link(fs::read_link(&path).map_err(failed(&path))?.into())
        } else if file_type.is_file() {
            let length = entry.metadata().map_err(failed(&path))?.len();
            let left = room.0.checked_sub(length);
            *room = Bytes(left.ok_or(DiskError::TooLarge { path: path.clone(), capacity: *room })?);
            Kind::File(Content::from_bytes(&fs::read(&path).map_err(failed(&path))?))
        } else {
            continue;
        };
        let attributes = attributes_of(&path)?;
        image
            .insert(&name, attributes, kind)
            .map_err(|missing| DiskError::Copy { path: path.clone(), source: io::Error::other(missing) })?;
        if file_type.is_dir() {
            add(image, root, &name, room)?;
        }
    }
    Ok(())
}

/// The attributes of what is at `path`; a link is not followed.
///
/// # Errors
/// Where it cannot be asked for.
pub fn attributes_of(path: &Path) -> Result<Attributes, DiskError> {
    let failed = |source| DiskError::Copy { path: path.to_owned(), source };
    let found = fs::symlink_metadata(path).map_err(failed)?;
    Ok(Attributes {
        permissions: (found.mode() & 0o7777) as u16,
        uid: found.uid(),
        gid: found.gid(),
        modified: found.modified().map_err(failed)?,
    })
}

/// Writes what is in `image` into `directory`, which is made if it is not there.
/// Holes stay holes. Owners are those of whoever writes.
///
/// # Errors
/// Where something cannot be written, or is there already.
pub fn write_tree(image: &Image, directory: &Path) -> Result<Vec<PathBuf>, DiskError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| DiskError::Copy { path, source }
    };
    fs::create_dir_all(directory).map_err(failed(directory))?;
    let mut written = Vec::new();
    let mut modes = Vec::new();
    for (name, attributes, kind) in image.walk() {
        let path = directory.join(&name);
        match kind {
            Kind::Directory(_) => fs::create_dir(&path).map_err(failed(&path))?,
            Kind::Link(target) => symlink(target, &path).map_err(failed(&path))?,
            Kind::File(content) => write_file(&path, content, attributes).map_err(failed(&path))?,
        }
        if !matches!(kind, Kind::Link(_)) {
            modes.push((path, attributes.permissions));
        }
        written.push(name);
    }
    // From the leaves up: a directory may be one that its owner cannot write.
    for (path, permissions) in modes.iter().rev() {
        let mode = Permissions::from_mode(u32::from(permissions & 0o777));
        fs::set_permissions(path, mode).map_err(failed(path))?;
    }
    Ok(written)
}

fn write_file(path: &Path, content: &Content, attributes: Attributes) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    for (offset, bytes) in content.extents() {
        file.write_all_at(bytes, offset)?;
    }
    file.set_len(content.length())?;
    file.set_modified(attributes.modified)?;
    file.flush()
}
