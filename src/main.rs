//! The `lectern` program: everything is in the library.

/// A page is thousands of small allocations; with the system's allocator they take a fifth of its time, and a busy server keeps
/// several times the memory it uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    lectern::server::cli::main()
}
