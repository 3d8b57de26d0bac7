//! What the system tells of a process, and of the machine.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a benchmark fails by panicking, and measures on Linux alone"
)]

use std::time::Duration;

/// How many ticks of processor time a second has: so many for every Linux that Rust runs on.
const TICKS_A_SECOND: u64 = 100;

/// How much memory a process holds, in KiB.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Memory {
    /// What is resident: `VmRSS`.
    pub resident: u64,
    /// The part of it that is not backed by a file: `RssAnon`.
    pub own: u64,
    /// The most that ever was resident: `VmHWM`.
    pub peak: u64,
}

/// How much memory a process holds.
pub fn memory(process: u32) -> Memory {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let kibibytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let number = line.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse().ok());
        number.unwrap_or_else(|| panic!("{name} is not told"))
    };
    let [resident, own, peak] = ["VmRSS", "RssAnon", "VmHWM"].map(kibibytes);
    Memory { resident, own, peak }
}

/// The processor time that a process has used, to a hundredth of a second.
pub fn processor_time(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it lives");
    // The name of the program stands in parentheses, and may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(|it| it.parse::<u64>().expect("ticks")).sum();
    Duration::from_millis(ticks * 1000 / TICKS_A_SECOND)
}

/// The processor time that this thread has used, to a tick of the scheduler.
pub fn own_processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the system tells");
    let ns = stat.split_whitespace().next().and_then(|it| it.parse().ok());
    Duration::from_nanos(ns.expect("nanoseconds"))
}

/// The machine that is measured on.
pub fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease");
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let arch = std::env::consts::ARCH;
    format!("{cores} cores of {model} ({arch}), kernel {}", kernel.trim())
}

/// What stands in the middle of all these: of an even number, the greater of the two.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
