//! To and from JavaScript values. Maps are plain objects, as in JSON, and what is absent is left out.

use std::{cell::RefCell, mem::ManuallyDrop};

use layerwise::document::{FromValue, Value};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::encode::Encoder;

#[wasm_bindgen(raw_module = "../../layerwise/src/decode.ts")]
extern "C" {
    /// Makes an object of what an encoder wrote.
    fn decode(words: &[u32], text: &str) -> JsValue;
}

thread_local! {
    // Lives as long as the module: nothing has to be dropped.
    static ENCODER: ManuallyDrop<RefCell<Encoder>> =
        const { ManuallyDrop::new(RefCell::new(Encoder::new())) };
}

/// An error as it is thrown.
#[derive(Serialize)]
struct Thrown<'a> {
    /// What is wrong, for programs.
    code: &'a str,
    /// What is wrong, for people.
    message: &'a str,
    /// The path that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    /// The line of the Dockerfile that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// Reads a value that JavaScript passes; throws `{code: "badDocument"}` if its shape is wrong.
pub(crate) fn from_js<T: FromValue>(value: JsValue) -> Result<T, JsValue> {
    read(plain(value)?)
}

/// Reads a part of such a value.
pub(crate) fn read<T: FromValue>(value: Value) -> Result<T, JsValue> {
    T::from_value(value).map_err(|mistake| thrown("badDocument", &mistake.to_string(), None, None))
}

/// What JavaScript passes, as a plain value.
fn plain(value: JsValue) -> Result<Value, JsValue> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|_| thrown("badDocument", "the document holds something that JSON cannot", None, None))
}

/// Hands a value to JavaScript.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    ENCODER.with(|encoder| {
        let mut encoder = encoder.borrow_mut();
        encoder.write(value);
        decode(&encoder.words, &encoder.text)
    })
}

/// Throws what the engine says is wrong with a scenario or an edit.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(crate) fn refused(error: layerwise::simulation::Error) -> JsValue {
    let path = (!error.path.is_empty()).then_some(error.path.as_str());
    thrown(error.code.name(), &error.message, path, None)
}

/// An error object with these members.
pub(crate) fn thrown(code: &str, message: &str, path: Option<&str>, line: Option<u32>) -> JsValue {
    to_js(&Thrown { code, message, path, line })
}
