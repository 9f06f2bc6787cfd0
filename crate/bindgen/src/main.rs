//! Turns the compiled wasm module into the pair that a browser loads: glue and stripped module.
//!
//! `wasm-bindgen-cli` cannot be installed everywhere, and its version must equal the library's;
//! a host program on `wasm-bindgen-cli-support` from the same `Cargo.lock` has neither problem.

use std::{env, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        return fail("usage: layerwise-bindgen MODULE.wasm FOLDER");
    };
    let mut bindgen = Bindgen::new();
    let written = bindgen
        .input_path(input)
        .out_name("engine")
        .typescript(true)
        // After a trap the module is unusable: the package starts it anew instead of giving up.
        .reset_state_function(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("cannot write the glue of {input}: {error:#}")),
    }
}

#[expect(clippy::print_stderr, reason = "a program's way to say what went wrong")]
fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}
