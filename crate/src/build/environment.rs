//! The variables of a stage as an ordered list. The order is part of the cache key of a RUN: assigning a name
//! again moves it to the end (BuildKit: `client/llb`, `EnvList`).

use std::rc::Rc;

use crate::word::Scope;

/// A variable with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where the value comes from.
    pub source: VariableSource,
}

/// Where a variable's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableSource {
    /// The base image's configuration.
    BaseImage,
    /// `ENV` on this line.
    Env(u32),
    /// The default of `ARG` on this line.
    Arg(u32),
    /// `--build-arg`, declared by `ARG` on this line (0 for predefined ones).
    BuildArg(u32),
    /// The builder itself, as `PATH` for `FROM scratch` or `TARGETARCH`.
    Builder,
}

/// An ordered list of variables, each name once. Clones share the list until one of them changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(Rc<Vec<Variable>>);

impl Environment {
    /// Assigns a variable; a name that is there already moves to the end.
    pub fn assign(&mut self, variable: Variable) {
        let list = Rc::make_mut(&mut self.0);
        list.retain(|other| other.name != variable.name);
        list.push(variable);
    }

    /// Assigns a variable as an image configuration does it: a name that is there already keeps its place.
    pub fn replace(&mut self, variable: Variable) {
        let list = Rc::make_mut(&mut self.0);
        match list.iter_mut().find(|other| other.name == variable.name) {
            Some(other) => *other = variable,
            None => list.push(variable),
        }
    }

    /// The variables in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Variable> {
        self.0.iter()
    }

    /// The list itself, shared.
    pub fn shared(&self) -> Rc<Vec<Variable>> {
        Rc::clone(&self.0)
    }

    /// The variable of this name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.0.iter().find(|variable| variable.name == name)
    }
}

impl<'a> IntoIterator for &'a Environment {
    type Item = &'a Variable;
    type IntoIter = std::slice::Iter<'a, Variable>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Scope for Environment {
    fn get(&self, name: &str) -> Option<&str> {
        self.variable(name).map(|variable| variable.value.as_str())
    }
}

impl FromIterator<Variable> for Environment {
    fn from_iter<I: IntoIterator<Item = Variable>>(variables: I) -> Self {
        let mut environment = Self::default();
        for variable in variables {
            environment.assign(variable);
        }
        environment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(environment: &mut Environment, name: &str, value: &str) {
        let source = VariableSource::Builder;
        environment.assign(Variable { name: name.into(), value: value.into(), source });
    }

    fn text(environment: &Environment) -> String {
        environment.iter().map(|variable| variable.name.clone() + "=" + &variable.value + " ").collect()
    }

    #[test]
    fn the_last_assignment_decides_the_place() {
        let mut environment = Environment::default();
        set(&mut environment, "A", "1");
        set(&mut environment, "B", "2");
        let before = environment.clone();
        set(&mut environment, "A", "3");
        assert_eq!(text(&environment), "B=2 A=3 ");
        assert_eq!(text(&before), "A=1 B=2 ");
        environment.replace(Variable { name: "B".into(), value: "4".into(), source: VariableSource::Env(1) });
        assert_eq!(text(&environment), "B=4 A=3 ");
    }
}
