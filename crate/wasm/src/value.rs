//! To and from JavaScript values. Maps are plain objects, as in JSON, and what is absent is left out.

use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

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
pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| thrown("badDocument", &error.to_string(), None, None))
}

/// Hands a value to JavaScript.
pub(crate) fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(JsValue::from)
}

/// Throws what the engine says is wrong with a scenario or an edit.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(crate) fn refused(error: layerwise::simulation::Error) -> JsValue {
    let path = (!error.path.is_empty()).then_some(error.path.as_str());
    thrown(error.code.name(), &error.message, path, None)
}

/// An error object with these members.
pub(crate) fn thrown(code: &str, message: &str, path: Option<&str>, line: Option<u32>) -> JsValue {
    let object = Thrown { code, message, path, line };
    object.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}
