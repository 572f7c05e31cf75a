//! The array job of the book, on a Slurm of one node that lives as long as the test.
//!
//! Everything of it (munged, slurmctld, slurmd; their key, sockets, spool and logs) is in a
//! directory of its own, on ports that are free; the machine's own Slurm, if any, is left alone.

use std::fs::{self, File};
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{COURSE, Class, STUDENTS, example, outcomes};
use crate::run::program;
use crate::skip;

/// How long daemons may take to be there, and to be gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Slurm of one node. Its daemons end with it.
struct Slurm {
    directory: tempfile::TempDir,
    daemons: Vec<Child>,
}

impl Slurm {
    /// Nothing, after having said so, where it is not installed.
    fn start() -> Option<Self> {
        let [munged, controller, node] = ["munged", "slurmctld", "slurmd"].map(tool);
        let (Some(munged), Some(controller), Some(node)) = (munged, controller, node) else {
            skip::skip("Slurm is not installed: apt install slurm-wlm munge");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let mut slurm = Self { directory, daemons: Vec::new() };
        slurm.configure();
        let place = |name: &str| slurm.directory.path().join(name).display().to_string();
        let mut munge = Command::new(munged);
        munge.args(["--foreground", "--force"]);
        for (option, name) in [
            ("--socket", "munge.socket"),
            ("--key-file", "munge.key"),
            ("--pid-file", "munge.pid"),
            ("--log-file", "munge.log"),
            ("--seed-file", "munge.seed"),
        ] {
            munge.arg(format!("{option}={}", place(name)));
        }
        let (socket, configuration) = (place("munge.socket"), place("slurm.conf"));
        slurm.spawn(munge);
        wait_for("munged", || Path::new(&socket).exists());
        for daemon in [controller, node] {
            let mut command = Command::new(daemon);
            command.args(["-D", "-f", &configuration]);
            slurm.spawn(command);
        }
        wait_for("an idle node", || {
            let told = slurm.command("sinfo").args(["--noheader", "--format=%T"]).output().unwrap();
            told.stdout.starts_with(b"idle")
        });
        Some(slurm)
    }

    fn configure(&self) {
        let path = self.directory.path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        let mut key = vec![0; 1024];
        File::open("/dev/urandom").unwrap().read_exact(&mut key).unwrap();
        fs::write(path.join("munge.key"), key).unwrap();
        fs::set_permissions(path.join("munge.key"), fs::Permissions::from_mode(0o600)).unwrap();
        for folder in ["state", "spool"] {
            fs::create_dir(path.join(folder)).unwrap();
        }
        let user = nix::unistd::User::from_uid(nix::unistd::Uid::effective()).unwrap().unwrap().name;
        let host = nix::unistd::gethostname().unwrap().into_string().unwrap();
        let host = host.split('.').next().unwrap();
        let ports = [TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap()];
        let [controller, node] = ports.map(|port| port.local_addr().unwrap().port());
        let here = path.display();
        let configuration = format!(
            "ClusterName=class\nSlurmctldHost={host}(127.0.0.1)\nSlurmctldPort={controller}\nSlurmdPort={node}\n\
             SlurmUser={user}\nSlurmdUser={user}\nAuthType=auth/munge\nCryptoType=crypto/munge\n\
             AuthInfo=socket={here}/munge.socket\nStateSaveLocation={here}/state\nSlurmdSpoolDir={here}/spool\n\
             SlurmctldPidFile={here}/slurmctld.pid\nSlurmdPidFile={here}/slurmd.pid\n\
             SlurmctldLogFile={here}/slurmctld.log\nSlurmdLogFile={here}/slurmd.log\n\
             ProctrackType=proctrack/pgid\nTaskPlugin=task/none\nMpiDefault=none\nReturnToService=2\n\
             SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\nSchedulerType=sched/builtin\n\
             SlurmdParameters=config_overrides\nJobAcctGatherType=jobacct_gather/none\n\
             AccountingStorageType=accounting_storage/none\n\
             NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=16000 State=UNKNOWN\n\
             PartitionName=class Nodes={host} Default=YES MaxTime=INFINITE State=UP\n"
        );
        fs::write(path.join("slurm.conf"), configuration).unwrap();
    }

    fn spawn(&mut self, mut command: Command) {
        let log = File::create(self.directory.path().join(format!("{}.out", self.daemons.len()))).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.daemons.push(command.spawn().unwrap());
    }

    /// A command of Slurm's, which finds this one.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.env("SLURM_CONF", self.directory.path().join("slurm.conf"));
        command
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        // The node before its controller, and munged, which both speak through, last.
        for daemon in self.daemons.iter_mut().rev() {
            let _ = kill(Pid::from_raw(daemon.id().cast_signed()), Signal::SIGTERM); // it may be gone
            let until = Instant::now() + PATIENCE;
            while matches!(daemon.try_wait(), Ok(None)) {
                if Instant::now() > until {
                    let _ = daemon.kill(); // it may be gone
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// Daemons are where an ordinary user's path does not lead.
fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let further = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    let mut found = std::env::split_paths(&path).chain(further).map(|folder| folder.join(name));
    found.find(|file| file.is_file())
}

fn wait_for(what: &str, holds: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
#[ignore = "starts a Slurm of its own: cargo test --test suite -- --ignored slurm"]
fn an_array_job_grades_a_class() {
    let Some(slurm) = Slurm::start() else { return };
    let class = Class::new();
    let directory = class.directory.path();
    let bin = program().parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = slurm
        .command("sbatch")
        .args(["--wait", "--array=1-3", "--mem=1G", "--cpus-per-task=1"])
        .arg("--chdir")
        .arg(directory)
        .arg(example("grade.sbatch"))
        .args(["class", "results", "3", "7", "--course", COURSE, "--lesson", "1"])
        .env("PATH", path)
        .env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
        .output()
        .unwrap();
    let logs: String = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "log"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert!(output.status.success(), "{}\n{logs}", String::from_utf8_lossy(&output.stderr));
    let pieces = ["results/shard-1", "results/shard-2", "results/shard-3"];
    let merged = class.run(&[&["grade", "merge"], &pieces[..], &["--out", "all", "--json"]].concat());
    let whole = class.grade(&STUDENTS, &["--seed", "7"]);
    assert_eq!(outcomes(&merged), outcomes(&whole), "{logs}");
    assert_eq!(outcomes(&merged)[0], "ada missed", "questions are not answered");
}
