//! A scenario that a person is at: its state now, the builds done so far, what the next build would do, undo.
//!
//! A keystroke is one edit and one [`Workspace::next`]; both cost what changed, not what is there.

use std::rc::Rc;

use crate::{
    builder::{Builder, Outcome, Output},
    context::{Content, Entry, Kind, What},
    image::BaseImage,
    map::Map,
};

use super::{
    Error,
    difference::{difference, initial},
    entry::{clean, octal},
    facts::facts,
    history::{History, Preview},
    scenario::{Build, Edit, FileEntry, Pairs, Scenario},
    state::{START, Settings, State, time_of_edit},
    timeline::{BuildResult, PathFact, Timeline},
};

/// How many edits can be taken back.
const UNDO: usize = 1000;

/// A scenario that is worked on.
#[derive(Clone, Debug)]
pub struct Workspace {
    name: Option<String>,
    about: Option<String>,
    state: State,
    /// How many builds were done when the state came to be.
    made: usize,
    undo: Vec<(State, usize)>,
    redo: Vec<(State, usize)>,
    /// What each build read, with the settings of its time.
    builds: Vec<State>,
    /// The builds done under `settings`.
    history: History,
    settings: Rc<Settings>,
    next: Option<Preview>,
}

impl Default for Workspace {
    fn default() -> Self {
        let state = State::default();
        Self {
            name: None,
            about: None,
            made: 0,
            undo: Vec::new(),
            redo: Vec::new(),
            builds: Vec::new(),
            history: History::new(state.settings.builder),
            settings: Rc::clone(&state.settings),
            state,
            next: None,
        }
    }
}

impl Workspace {
    /// An empty Dockerfile at its usual place, no files, no builds.
    pub fn new() -> Self {
        let mut workspace = Self::default();
        let settings = Settings { dockerfile_path: Some("Dockerfile".into()), ..Settings::default() };
        workspace.state.settings = Rc::new(settings);
        let first = Edit { dockerfile: Some(String::new()), ..Edit::default() };
        // The place is clean and the folder empty: there is nothing that could be refused.
        let _ = workspace.state.apply(&first, START);
        workspace
    }

    /// Opens a scenario: does its builds, then applies its pending edit.
    ///
    /// # Errors
    /// Whatever is wrong with its files or its edits.
    pub fn open(scenario: &Scenario) -> Result<Self, Error> {
        let state = State::from_scenario(scenario)?;
        let mut workspace = Self {
            name: scenario.name.clone(),
            about: scenario.about.clone(),
            history: History::new(scenario.builder),
            settings: Rc::clone(&state.settings),
            state,
            ..Self::default()
        };
        for edit in scenario.edits() {
            workspace.change(&edit)?;
            workspace.build();
        }
        if let Some(edit) = &scenario.pending {
            workspace.change(edit)?;
        }
        workspace.undo.clear();
        Ok(workspace)
    }

    /// The state as it is now.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Applies an edit.
    ///
    /// # Errors
    /// Whatever is wrong with it; nothing of it is applied then.
    pub fn change(&mut self, edit: &Edit) -> Result<(), Error> {
        let mut next = self.state.clone();
        next.apply(edit, time_of_edit(self.builds.len()))?;
        self.become_state(next);
        Ok(())
    }

    fn become_state(&mut self, next: State) {
        if self.undo.len() == UNDO {
            self.undo.remove(0);
        }
        let state = std::mem::replace(&mut self.state, next);
        self.undo.push((state, std::mem::replace(&mut self.made, self.builds.len())));
        self.redo.clear();
        self.next = None;
    }

    /// Replaces the Dockerfile's text.
    ///
    /// # Errors
    /// [`super::ErrorCode::TooLarge`].
    pub fn set_dockerfile(&mut self, text: &str) -> Result<(), Error> {
        if *self.state.dockerfile.text == *text && self.state.has_dockerfile() {
            return Ok(());
        }
        self.change(&Edit { dockerfile: Some(text.into()), ..Edit::default() })
    }

    /// Makes or replaces a file, folder or link.
    ///
    /// # Errors
    /// Whatever is wrong with path or entry.
    pub fn write(&mut self, path: &str, entry: FileEntry) -> Result<(), Error> {
        self.change(&Edit { write: Map::from([(path.into(), entry)]), ..Edit::default() })
    }

    /// Makes or replaces a file by its bytes; `mode` holds its permission bits.
    ///
    /// # Errors
    /// Whatever is wrong with the path.
    pub fn write_bytes(&mut self, path: &str, bytes: &[u8], mode: u32) -> Result<(), Error> {
        let mtime = time_of_edit(self.builds.len());
        let kind = Kind::File(Content::Bytes(bytes.into()));
        let entry = Entry { kind, mode: mode & 0o7777, uid: 0, gid: 0, mtime };
        let mut next = self.state.clone();
        next.put(&clean(path)?, entry)?;
        self.become_state(next);
        Ok(())
    }

    /// Removes a file, or a folder with all below it. Says whether it was there.
    ///
    /// # Errors
    /// [`super::ErrorCode::BadPath`].
    pub fn remove(&mut self, path: &str) -> Result<bool, Error> {
        if self.state.context.get(&clean(path)?).is_none() {
            return Ok(false);
        }
        self.change(&Edit { delete: vec![path.into()], ..Edit::default() })?;
        Ok(true)
    }

    /// Renames or moves a file or folder.
    ///
    /// # Errors
    /// Whatever is wrong with the paths.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), Error> {
        self.change(&Edit { rename: Pairs(vec![(from.into(), to.into())]), ..Edit::default() })
    }

    /// Changes permission bits.
    ///
    /// # Errors
    /// [`super::ErrorCode::NotFound`], [`super::ErrorCode::BadPath`].
    pub fn chmod(&mut self, path: &str, mode: u32) -> Result<(), Error> {
        self.change(&Edit { chmod: Map::from([(path.into(), octal(mode))]), ..Edit::default() })
    }

    /// Changes a modification time, and nothing else.
    ///
    /// # Errors
    /// [`super::ErrorCode::NotFound`], [`super::ErrorCode::BadPath`].
    pub fn touch(&mut self, path: &str) -> Result<(), Error> {
        self.change(&Edit { touch: vec![path.into()], ..Edit::default() })
    }

    /// Chooses the stage to build; `None` is the last one.
    pub fn set_target(&mut self, target: Option<&str>) {
        let mut next = self.state.clone();
        next.target = target.filter(|target| !target.is_empty()).map(Rc::from);
        self.become_state(next);
    }

    /// Replaces the build arguments.
    pub fn set_build_args(&mut self, args: Map<String, String>) {
        let mut next = self.state.clone();
        next.build_args = Rc::new(args);
        self.become_state(next);
    }

    /// Adds or replaces a base image.
    pub fn set_base_image(&mut self, reference: &str, image: BaseImage) {
        let mut next = self.state.clone();
        Rc::make_mut(&mut next.base_images).insert(reference.into(), image);
        self.become_state(next);
    }

    fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut next = self.state.clone();
        change(Rc::make_mut(&mut next.settings));
        self.become_state(next);
    }

    /// Chooses the builder. The builds done so far are done again by it, from an empty cache.
    pub fn set_builder(&mut self, builder: Builder) {
        self.set(|settings| settings.builder = builder);
    }

    /// Says whether a RUN writes the same bytes when it runs again, by the step's instruction text.
    pub fn set_output(&mut self, instruction: &str, output: Option<Output>) {
        self.set(|settings| put(&mut settings.outputs, instruction, output));
    }

    /// Says how many seconds a step takes, by the step's instruction text.
    pub fn set_cost(&mut self, instruction: &str, seconds: Option<f64>) {
        self.set(|settings| put(&mut settings.costs, instruction, seconds));
    }

    /// The daemon and its builds under the settings of now.
    fn history(&mut self) -> &mut History {
        if *self.settings != *self.state.settings {
            self.settings = Rc::clone(&self.state.settings);
            self.history = History::new(self.settings.builder);
            for state in &self.builds {
                let settings = Rc::clone(&self.settings);
                self.history.build(State { settings, ..state.clone() });
            }
        }
        &mut self.history
    }

    /// Builds what is there now, and remembers it.
    pub fn build(&mut self) -> Rc<BuildResult> {
        let state = self.state.clone();
        let result = self.history().build(state.clone());
        self.builds.push(state);
        self.next = None;
        result
    }

    /// What [`Workspace::build`] would do now, without [`BuildResult::cache_records`]. Asking twice without an
    /// edit between costs nothing.
    #[expect(clippy::should_implement_trait, reason = "the name that all faces of the engine have for it")]
    pub fn next(&mut self) -> Rc<BuildResult> {
        self.preview().result
    }

    /// What the builder would do now, as it said it.
    pub fn outcome(&mut self) -> Rc<Outcome> {
        self.preview().outcome
    }

    fn preview(&mut self) -> Preview {
        if let Some(next) = &self.next {
            return next.clone();
        }
        let state = self.state.clone();
        let next = self.history().preview(&state);
        self.next = Some(next.clone());
        next
    }

    /// The documents of all builds done.
    pub fn timeline(&mut self) -> Timeline {
        let builder = self.state.settings.builder;
        self.history().timeline(builder)
    }

    /// The paths that each edit between two builds changed, and those that changed since the last build.
    pub fn edited(&self) -> Vec<Vec<String>> {
        let states: Vec<&State> = self.builds.iter().chain([&self.state]).collect();
        let pairs = states.windows(2).map(|pair| match pair {
            [before, after] => before.context.diff(&after.context),
            _ => Vec::new(),
        });
        let paths = pairs.map(|changes| changes.into_iter().map(|change| change.path).collect::<Vec<_>>());
        paths.filter(|paths| !paths.is_empty()).collect()
    }

    /// Where the ignore file and the steps of the next build leave each path of the context.
    pub fn facts(&mut self) -> Vec<PathFact> {
        let outcome = self.outcome();
        facts(&self.state, &outcome)
    }

    /// The scenario: the state of the first build, an edit before each further one, and what is not built yet.
    pub fn scenario(&self) -> Scenario {
        let first = self.builds.first().unwrap_or(&self.state);
        let mut scenario = initial(&State { settings: Rc::clone(&self.state.settings), ..first.clone() });
        // A document always has a Dockerfile with the usual mode; what differs from that is the first edit.
        let start = State::from_scenario(&scenario).unwrap_or_else(|_| first.clone());
        let mut builds = Vec::with_capacity(self.builds.len());
        for (number, state) in self.builds.iter().enumerate() {
            let before = number.checked_sub(1).and_then(|at| self.builds.get(at)).unwrap_or(&start);
            let edit = difference(before, state, time_of_edit(number));
            builds.push(Build { edit });
        }
        let last = self.builds.last().unwrap_or(&start);
        let pending = difference(last, &self.state, time_of_edit(self.builds.len()));
        scenario.pending = (pending != Edit::default()).then_some(pending);
        scenario.builds = Some(builds);
        scenario.name.clone_from(&self.name);
        scenario.about.clone_from(&self.about);
        scenario
    }

    /// Takes the last edit back. Builds done since stay done: the next one may find their results in the cache.
    /// Says whether there was an edit to take back.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else { return false };
        let now = self.go_to(before);
        self.redo.push(now);
        true
    }

    /// Applies the edit again that was taken back last. Says whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.redo.pop() else { return false };
        let now = self.go_to(after);
        self.undo.push(now);
        true
    }

    /// Goes back or forth to a state, and gives the one that was there.
    ///
    /// If builds were done since, a file whose content is not what was built last is written now. Else it could
    /// have the size and the time of the one that BuildKit has, and would not be sent again.
    fn go_to(&mut self, (state, made): (State, usize)) -> (State, usize) {
        self.next = None;
        let now = self.builds.len();
        let left = (std::mem::replace(&mut self.state, state), std::mem::replace(&mut self.made, now));
        let Some(last) = self.builds.last().filter(|_| made < now) else { return left };
        let now = time_of_edit(now);
        for change in last.context.diff(&self.state.context) {
            let time = |entry: &Option<Entry>| entry.as_ref().map(|entry| entry.mtime);
            if change.what == What::Content && time(&change.before) == time(&change.after) {
                // The path was just found there.
                let _ = self.state.context.touch(&change.path, now);
            }
        }
        left
    }

    /// Whether there is an edit to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is an edit to apply again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}

fn put<T>(map: &mut Map<String, T>, key: &str, value: Option<T>) {
    match value {
        Some(value) => _ = map.insert(key.into(), value),
        None => _ = map.remove(key),
    }
}
