//! `RUN --device`, which is read although the builder then refuses it: its mistakes come first.

use super::{csv, options::boolean, split};
use crate::dockerfile::suggest::suggest;

/// Checks the value of a `--device`. The error is the builder's message.
pub(in crate::dockerfile) fn check(value: &str) -> Result<(), String> {
    let fields = csv::record(value).map_err(|why| ["failed to parse csv devices: ", &why].concat())?;
    let mut name = String::new();
    for field in fields {
        let (key, value) = split(&field);
        match (key.as_str(), value) {
            ("required", None) => {}
            ("required", Some(value)) if boolean(value).is_some() => {}
            ("required", Some(value)) => return Err(["invalid value for required: ", value].concat()),
            ("name", Some(_)) if !name.is_empty() => {
                return Err(["device name already set to ", &name].concat());
            }
            ("name", Some(value)) => value.clone_into(&mut name),
            _ if name.is_empty() => name = field,
            (_, None) => return Err(["invalid field '", &field, "' must be a key=value pair"].concat()),
            (_, Some(_)) => {
                let message = ["unexpected key '", &key, "' in '", &field, "'"].concat();
                return Err(suggest(message, &key, ["name", "required"], true));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn reads_devices() {
        assert_eq!(check("vendor.com/class=name"), Ok(()));
        assert_eq!(check("name=a/b=c,required=t"), Ok(()));
        assert_eq!(check("a,b").unwrap_err(), "invalid field 'b' must be a key=value pair");
        assert_eq!(check("a,nam=b").unwrap_err(), "unexpected key 'nam' in 'nam=b' (did you mean name?)");
        assert_eq!(check("a,name=b").unwrap_err(), "device name already set to a");
        assert_eq!(check("required=x").unwrap_err(), "invalid value for required: x");
        assert_eq!(check("").unwrap_err(), "failed to parse csv devices: EOF");
    }
}
