//! The `lectern` program: everything is in the library.

fn main() -> std::process::ExitCode {
    lectern::server::cli::main()
}
