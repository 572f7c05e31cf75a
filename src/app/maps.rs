//! `maps PID`: a picture of the address space of any process, or of the pages of one
//! of its mappings.

use serde::Serialize;

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::ui::pictures::{AddressSpace, Folding, Side, address_space, links, pair, residency};
use crate::edges::inspect::{self, InspectError};
use crate::facts::mapping::{Flavour, Mapping};
use crate::facts::page_map::PageMap;
use crate::words::speech::Speech;
use crate::words::units::{Addr, Bytes};

/// Show the address space of a process
#[derive(Debug, clap::Args)]
pub struct MapsArgs {
    /// The process
    #[arg(value_name = "PID", value_parser = clap::value_parser!(i32).range(1..))]
    pub pid: i32,

    /// Another process: what the two share is shown
    #[arg(value_name = "PID2", value_parser = clap::value_parser!(i32).range(1..), conflicts_with_all = ["mapping", "all"])]
    pub other: Option<i32>,

    /// Show the pages of the mapping that holds this address (hexadecimal)
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub mapping: Option<Addr>,

    /// Show each mapping of a file on a line of its own
    #[arg(long, conflicts_with = "mapping")]
    pub all: bool,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What is shown under the help.
pub const MAPS_HELP: &str = "\
Examples:
  mmaplings maps $$                       your shell
  mmaplings maps $(pidof -s firefox)      somebody with many mappings
  mmaplings maps 4711 4712                two processes, and the memory that they share
  mmaplings maps 4711 --mapping 7f34...   the pages of one mapping";

/// The version of the JSON that `--json` prints; it grows when a key changes its meaning.
const SCHEMA: &str = "mmaplings-maps-1";

/// `maps PID --json`
#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    pid: i32,
    name: &'a str,
    page_size: Bytes,
    mapped: Bytes,
    resident: Bytes,
    mappings: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<&'a PageMap>,
}

#[derive(Serialize)]
struct Entry<'a> {
    size: Bytes,
    flavour: Option<Flavour>,
    #[serde(flatten)]
    mapping: &'a Mapping,
}

/// `maps PID PID2 --json`
#[derive(Serialize)]
struct PairReport<'a> {
    schema: &'static str,
    processes: [Report<'a>; 2],
    links: Vec<LinkEntry>,
}

/// Two mappings that show the same bytes of the same inode.
#[derive(Serialize)]
struct LinkEntry {
    device: (u32, u32),
    inode: u64,
    starts: [Addr; 2],
    /// Whether a store by one of the two may be seen by the other.
    carries_stores: bool,
    says: String,
}

/// Shows what two processes share.
fn two(one: i32, other: i32, json: bool, context: &Context) -> Result<Exit, Failure> {
    let read = |pid| Ok((inspect::name(pid)?, inspect::mappings(pid)?));
    let (one_name, one_maps) = read(one).map_err(failure)?;
    let (other_name, other_maps) = read(other).map_err(failure)?;
    if json {
        let page_size = inspect::page_size();
        let common = links(&one_maps, &other_maps);
        let links = common.iter().map(|link| LinkEntry {
            device: link.one.device,
            inode: link.one.inode,
            starts: [link.one.start, link.other.start],
            carries_stores: link.carries_stores(),
            says: link.says(Speech::ENGLISH),
        });
        let processes = [
            report(one, &one_name, page_size, &one_maps, None),
            report(other, &other_name, page_size, &other_maps, None),
        ];
        context.print_json(&PairReport { schema: SCHEMA, processes, links: links.collect() })?;
    } else {
        let (one_title, other_title) = (titled(context, &one_name, one), titled(context, &other_name, other));
        let one = Side { title: &one_title, mappings: &one_maps };
        let other = Side { title: &other_title, mappings: &other_maps };
        context.print(&pair(&context.look, &one, &other))?;
    }
    Ok(Exit::Passed)
}

/// Shows it.
///
/// # Errors
/// Where there is no such process or mapping, or it may not be looked at.
pub fn run(arguments: &MapsArgs, context: &Context) -> Result<Exit, Failure> {
    let pid = arguments.pid;
    if let Some(other) = arguments.other {
        return two(pid, other, arguments.json, context);
    }
    let name = inspect::name(pid).map_err(failure)?;
    let mappings = inspect::mappings(pid).map_err(failure)?;
    let page_size = inspect::page_size();
    let chosen = match arguments.mapping {
        None => None,
        Some(address) => {
            let mapping = inspect::at(&mappings, address).ok_or_else(|| {
                Failure::usage(
                    format!("process {pid} maps nothing at {:x}", address.0),
                    format!("`mmaplings maps {pid}` lists what it maps"),
                )
            })?;
            let pages = inspect::pages(pid, mapping, page_size).map_err(failure)?;
            Some((mapping, pages))
        }
    };
    if arguments.json {
        let shown = match &chosen {
            Some((mapping, _)) => std::slice::from_ref(*mapping),
            None => &mappings,
        };
        let pages = chosen.as_ref().map(|(_, pages)| pages);
        context.print_json(&report(pid, &name, page_size, shown, pages))?;
        return Ok(Exit::Passed);
    }
    let text = match &chosen {
        Some((mapping, pages)) => residency(&context.look, mapping, pages, page_size),
        None if mappings.is_empty() => {
            let title = titled(context, &name, pid);
            format!("{}\n", context.look.tell("maps-none", [("who", title.into())]))
        }
        None => {
            let folding = if arguments.all { Folding::Nothing } else { Folding::Files };
            let title = titled(context, &name, pid);
            address_space(&context.look, &AddressSpace { title: &title, mappings: &mappings, folding })
        }
    };
    context.print(&text)?;
    Ok(Exit::Passed)
}

/// `bash (process 4711)`
fn titled(context: &Context, name: &str, pid: i32) -> String {
    context.look.tell("maps-process", [("name", name.into()), ("process", pid.into())])
}

fn report<'a>(
    pid: i32,
    name: &'a str,
    page_size: Bytes,
    mappings: &'a [Mapping],
    pages: Option<&'a PageMap>,
) -> Report<'a> {
    Report {
        schema: SCHEMA,
        pid,
        name,
        page_size,
        mapped: mappings.iter().map(Mapping::size).sum(),
        resident: mappings.iter().map(|mapping| mapping.books.rss).sum(),
        mappings: mappings
            .iter()
            .map(|mapping| Entry { size: mapping.size(), flavour: mapping.flavour(), mapping })
            .collect(),
        pages,
    }
}

fn failure(error: InspectError) -> Failure {
    match error {
        InspectError::NoSuchProcess { .. } => {
            Failure::usage(error.to_string(), "`ps` and `pidof NAME` tell the numbers of processes")
        }
        InspectError::Denied { .. } => {
            Failure::usage(error.to_string(), "you may look at your own processes; root may look at all")
        }
        InspectError::Unreadable { .. } => Failure::fault(error),
    }
}

fn address(text: &str) -> Result<Addr, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16)
        .map(Addr)
        .map_err(|error| format!("{error}; an address is hexadecimal, as in the first column of maps"))
}
