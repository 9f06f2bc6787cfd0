//! `RUN --mount` and `RUN --device`: comma-separated fields.

use super::suggest::suggest;

/// Splits the value of a `--mount` into fields and checks what the builder checks before it knows variables.
pub(super) fn fields(value: &str) -> Result<Vec<(String, Option<String>)>, String> {
    let mut out = Vec::new();
    for field in csv(value).map_err(|why| ["failed to parse csv mounts: ", &why].concat())? {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (field.as_str(), None),
        };
        let key = key.to_ascii_lowercase();
        if key == "from" && value.as_deref().is_some_and(|value| value.trim_end_matches('$').contains('$')) {
            return Err("'from' doesn't support variable expansion, define alias stage instead".to_owned());
        }
        let key = match key.as_str() {
            "src" => "source".to_owned(),
            "dst" | "destination" => "target".to_owned(),
            "ro" => "readonly".to_owned(),
            "rw" => "readwrite".to_owned(),
            _ => key,
        };
        out.push((key, value));
    }
    Ok(out)
}

/// Checks the value of a `--device`.
pub(super) fn device(value: &str) -> Result<(), String> {
    let mut name: Option<String> = None;
    for field in csv(value).map_err(|why| ["failed to parse csv devices: ", &why].concat())? {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key.to_ascii_lowercase(), Some(value)),
            None => (field.to_ascii_lowercase(), None),
        };
        match (key.as_str(), value) {
            ("required", _) | ("name", Some(_)) if key == "required" || name.is_none() => {
                if key == "name" {
                    name = value.map(str::to_owned);
                }
            }
            ("name", Some(_)) => {
                return Err(["device name already set to ", name.as_deref().unwrap_or("")].concat());
            }
            _ if name.is_none() => name = Some(field),
            (_, None) => return Err(["invalid field '", &field, "' must be a key=value pair"].concat()),
            (_, Some(_)) => {
                let message = ["unexpected key '", &key, "' in '", &field, "'"].concat();
                return Err(suggest(message, &key, ["name", "required"], true));
            }
        }
    }
    Ok(())
}

/// One record of comma-separated values.
fn csv(value: &str) -> Result<Vec<String>, String> {
    Ok(value.split(',').map(str::to_owned).collect())
}
