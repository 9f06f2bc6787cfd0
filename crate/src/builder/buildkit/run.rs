//! RUN: what is executed, on which mounts (BuildKit: `frontend/dockerfile/dockerfile2llb/convert.go`,
//! `dispatchRun`, and `convert_runmount.go`).

use std::rc::Rc;

use super::{
    copy::document,
    dispatch::told,
    exec::{Credential, Exec, Mount, MountKind, Network, SecretEnv, cache_id},
    file::{Action, Id, Owner},
    graph::{Edge, Kind, OpId, number_of, selector},
    lower::{Lowering, Place, Stage},
    mode, name,
    path::{base, clean, join},
    reference::{self, Origin},
};
use crate::{
    build::Environment,
    builder::{CacheMount, Ingredients, SelectedFiles, failing::exit_code},
    context::exec_selections,
    dockerfile::{
        Heredoc, MountOptions, MountType, Sharing,
        instruction::{Form, Run},
    },
    text::quote,
    word::{Scope, expand},
};

/// A mount before the inputs are numbered.
struct Planned {
    mount: Mount,
    /// What is mounted; nothing is an empty file system.
    op: Option<OpId>,
    /// The path in it that is mounted.
    path: String,
    /// Whether it takes in files of a context, a stage or an image.
    has_files: bool,
    /// What `from` says; nothing is the build context.
    from: Option<String>,
    /// The step that made what is mounted, among the drafts.
    last: Option<usize>,
}

impl Planned {
    /// The mount of something as a whole.
    fn new(dest: &str, kind: MountKind, readonly: bool, op: Option<OpId>) -> Self {
        let mount = Mount { input: None, dest: dest.to_owned(), kind, readonly };
        Self { mount, op, path: "/".to_owned(), has_files: false, from: None, last: None }
    }
}

/// What the mounts of a RUN come to.
#[derive(Default)]
struct Mounts {
    /// Sorted by destination; at one destination in the order in which they came.
    list: Vec<Planned>,
    /// Secrets and agents, which come behind all others.
    credentials: Vec<Mount>,
    secret_env: Vec<SecretEnv>,
    ssh_socket: Option<String>,
    caches: Vec<CacheMount>,
    options: Vec<String>,
    obstacle: Option<String>,
}

impl Mounts {
    fn add(&mut self, planned: Planned) {
        let at = self.list.partition_point(|each| each.mount.dest <= planned.mount.dest);
        self.list.insert(at, planned);
    }
}

impl Lowering<'_> {
    /// Lowers RUN.
    pub(super) fn run(&mut self, stage: &mut Stage, place: Place<'_>, run: &Run) -> Result<(), String> {
        if place.instruction.flags.iter().any(|flag| flag.name == "device") {
            let message = "device feature is only supported in Dockerfile frontend 1.14.0-labs or later";
            return Err(message.to_owned());
        }
        let mut mounts = Mounts::default();
        let mut root = Planned::new("/", MountKind::Root, false, stage.state.out);
        root.last = stage.state.last;
        mounts.add(root);
        let (args, shown_document) = self.command(stage, place, run, &mut mounts);
        for each in &run.mounts {
            let env = &stage.state.env;
            let fields = each.options(&mut |value| expand(value, place.escape, env).map_err(told))?;
            self.mount(stage, &fields, &mut mounts)?;
        }
        if let Some(size) = self.options.shm_size {
            mounts.add(Planned::new("/dev/shm", MountKind::Tmpfs { size }, false, None));
        }
        let edges = self.number(&mut mounts.list);
        let root = mounts.list.iter().find(|each| each.mount.kind == MountKind::Root);
        let root = root.and_then(|root| root.mount.input);
        let insecure = run.security.as_deref() == Some("insecure");
        if insecure && !self.options.allow_insecure {
            self.refuse(place.line, "failed to load LLB: security.insecure is not allowed".to_owned());
        }
        let network = match run.network.as_deref().or(self.options.network.as_deref()) {
            Some("none") => Network::None,
            Some("host") => Network::Host,
            _ => Network::Default,
        };
        if network == Network::Host && !self.options.allow_host_network {
            self.refuse(place.line, "failed to load LLB: network.host is not allowed".to_owned());
        }
        if args.is_empty() {
            return Err("failed to marshal LLB definition: arguments are required".to_owned());
        }
        let state = &stage.state;
        let env = state.env.shared();
        let socket = mounts.ssh_socket.as_deref().filter(|_| state.env.variable("SSH_AUTH_SOCK").is_none());
        let listed: Vec<&Mount> =
            mounts.list.iter().map(|planned| &planned.mount).chain(&mounts.credentials).collect();
        let exec = Exec {
            args: &args,
            env: &env,
            ssh_socket: socket,
            cwd: &state.dir,
            user: &state.user,
            mounts: &listed,
            secret_env: &mounts.secret_env,
            network,
            insecure,
            platform: &state.platform,
            options: self.options,
            hostname: self.arguments.given.get("BUILDKIT_SANDBOX_HOSTNAME").unwrap_or(&self.options.hostname),
        };
        let text = exec.json();
        let failure = exit_code(&args).map(|code| {
            let process = quote(&args.join(" "));
            ["process ", &process, " did not complete successfully: exit code: ", &code.to_string()].concat()
        });
        let (inputs, files) = selected_files(&mounts.list, &edges);
        let id = self.add(text, Kind::Exec(root), edges, state.known);

        let mut options = std::mem::take(&mut mounts.options);
        if let Some(network) = run.network.as_ref().filter(|network| *network != "default") {
            options.push(["--network=", network].concat());
        }
        if let Some(security) = run.security.as_ref().filter(|security| *security != "sandbox") {
            options.push(["--security=", security].concat());
        }
        let is_shell = matches!(run.form, Form::Shell(_));
        let ingredients = Ingredients {
            base: self.base_of(stage, state.out),
            text: if is_shell { args.last().cloned().unwrap_or_default() } else { exec_text(&args) },
            options,
            env,
            workdir: Some(state.dir.clone()),
            user: (!state.user.is_empty()).then(|| state.user.clone()),
            shell: is_shell.then(|| state.shell()),
            platform: Some(state.platform.text()),
            files,
            never: None,
        };
        let scope = Hidden { env: &state.env, secrets: &mounts.secret_env };
        let shown = name::run(place.instruction, place.escape, &scope, shown_document);
        let draft = self.emit(stage, place, &shown, id, ingredients);
        draft.inputs = inputs;
        draft.below.clear();
        draft.below.extend(mounts.list.iter().filter_map(|planned| planned.last));
        let written = |planned: &&Planned| planned.mount.kind == MountKind::Bind && !planned.mount.readonly;
        draft.overlaid.extend(mounts.list.iter().filter(written).filter_map(|planned| planned.op));
        draft.step.cache_mounts = mounts.caches;
        draft.obstacle = mounts.obstacle.or(failure);
        stage.state.out = Some(id);
        Ok(())
    }

    /// The arguments, with here-documents put in, and the document that the step's name shows.
    fn command<'p>(
        &mut self,
        stage: &Stage,
        place: Place<'p>,
        run: &Run,
        mounts: &mut Mounts,
    ) -> (Vec<String>, Option<&'p Heredoc>) {
        let text = match &run.form {
            Form::Exec(args) => return (args.clone(), None),
            Form::Shell(text) => text,
        };
        let heredocs = &place.instruction.heredocs;
        let mut shown = None;
        let mut command = text.clone();
        match heredocs.as_slice() {
            [only] if is_opening(text) => {
                shown = Some(only);
                command = document(only);
                if command.starts_with("#!") {
                    let op = self.make_file(&only.name, 0o755, command.into_bytes());
                    mounts.add(Planned::new("/dev/pipes/", MountKind::Bind, true, Some(op)));
                    command = ["/dev/pipes/", &only.name].concat();
                }
            }
            heredocs => {
                for heredoc in heredocs {
                    append(&mut command, &["\n", &heredoc.body, &heredoc.name]);
                }
            }
        }
        let mut args = stage.state.shell();
        args.push(command);
        (args, shown)
    }

    fn mount(&mut self, stage: &Stage, fields: &MountOptions, mounts: &mut Mounts) -> Result<(), String> {
        match fields.kind {
            MountType::Secret => return self.secret(stage, fields, mounts),
            MountType::Ssh => {
                self.ssh(fields, mounts);
                return Ok(());
            }
            _ => {}
        }
        let dest = target(&stage.state.dir, &fields.target)?;
        let mut option = ["--mount=type=", fields.kind.name(), ",target=", &dest].concat();
        let origin = self.mount_origin(fields, &dest)?;
        let files = origin.as_ref().and_then(|origin| self.source(origin, &stage.state.platform));
        let mut planned = Planned::new(&dest, MountKind::Bind, fields.readonly, files);
        planned.path = join(&["/", &fields.source]);
        planned.last = origin.as_ref().and_then(|origin| self.last(origin));
        if fields.readonly != (fields.kind == MountType::Bind) {
            option.push_str(if fields.readonly { ",readonly" } else { ",rw" });
        }
        match fields.kind {
            MountType::Tmpfs => {
                planned.mount.kind = MountKind::Tmpfs { size: fields.size };
                planned.op = None;
                if fields.size != 0 {
                    append(&mut option, &[",size=", &fields.size.to_string()]);
                }
            }
            MountType::Cache => self.cache(fields, &mut planned, mounts, &mut option),
            _ => {}
        }
        if planned.op.is_some() && files == planned.op {
            planned.has_files = true;
            planned.from = Some(fields.from.clone()).filter(|from| !from.is_empty());
        }
        mounts.options.push(option);
        mounts.add(planned);
        Ok(())
    }

    fn cache(
        &mut self,
        fields: &MountOptions,
        planned: &mut Planned,
        mounts: &mut Mounts,
        option: &mut String,
    ) {
        let namespace = self.arguments.given.get("BUILDKIT_CACHE_MOUNT_NS").map_or("", String::as_str);
        let id = cache_id(namespace, Some(&fields.id), &fields.target);
        let sharing = fields.sharing.unwrap_or(Sharing::Shared);
        let mount = &mut planned.mount;
        mount.kind = MountKind::Cache { id: id.clone(), shared: sharing == Sharing::Shared };
        if !mount.kind.is_default_cache(&mount.dest) {
            option.push_str(",own folder");
        }
        let sharing = match sharing {
            Sharing::Shared => "shared",
            Sharing::Private => "private",
            Sharing::Locked => "locked",
        };
        let target = mount.dest.clone();
        mounts.caches.push(CacheMount { target, id, sharing: sharing.to_owned(), warm: false });
        let owned = fields.uid.is_some() || fields.gid.is_some() || fields.mode.is_some();
        if planned.path != "/" || !owned {
            return;
        }
        let mode = fields.mode.unwrap_or(0o755);
        let owner = Owner {
            user: Id::Number(fields.uid.unwrap_or(0)),
            group: Some(Id::Number(fields.gid.unwrap_or(0))),
        };
        append(option, &[",mode=", &mode::octal(mode), ",owner=", &owner.text()]);
        let action = Action::MakeDirectory {
            path: "/cache".to_owned(),
            mode,
            parents: false,
            owner: Some(owner),
            timestamp: -1,
        };
        planned.op = Some(self.file(planned.op, action, true));
        "/cache".clone_into(&mut planned.path);
    }

    /// What is mounted: the context if nothing is named, unless the kind has an empty folder then.
    fn mount_origin(&self, fields: &MountOptions, dest: &str) -> Result<Option<Origin>, String> {
        if fields.from.is_empty() {
            return Ok((fields.kind == MountType::Bind).then_some(Origin::Context));
        }
        let origin = reference::source(&self.stages, self.input.build_contexts, &fields.from, false)?;
        match origin {
            Origin::Stage(other) if self.states.get(other).is_none() => {
                let message = [
                    "cannot mount from stage \"",
                    &fields.from,
                    "\" to \"",
                    dest,
                    "\", stage needs to be defined before current command",
                ];
                Err(message.concat())
            }
            origin => Ok(Some(origin)),
        }
    }

    fn secret(&self, stage: &Stage, fields: &MountOptions, mounts: &mut Mounts) -> Result<(), String> {
        let named = [&fields.source, &fields.id].into_iter().find(|text| !text.is_empty());
        let id = named.map_or_else(|| base(&fields.target), String::as_str);
        if fields.required && !self.input.secrets.iter().any(|given| given == id) && mounts.obstacle.is_none()
        {
            mounts.obstacle = Some(["secret ", id, ": not found"].concat());
        }
        let mut option = ["--mount=type=secret,id=", id].concat();
        if let Some(name) = &fields.env {
            append(&mut option, &[",env=", name]);
            mounts.secret_env.push(SecretEnv {
                id: id.to_owned(),
                name: name.clone(),
                optional: !fields.required,
            });
        }
        if fields.env.is_none() || !fields.target.is_empty() {
            let path = ["/run/secrets/", base(id)].concat();
            let path = if fields.target.is_empty() { &path } else { &fields.target };
            let dest = target(&stage.state.dir, path)?;
            append(&mut option, &[",target=", &dest]);
            let credential = credential(fields, id, 0o400, &mut option);
            let kind = MountKind::Secret(credential);
            mounts.credentials.push(Mount { input: None, dest, kind, readonly: true });
        }
        if fields.required {
            option.push_str(",required");
        }
        mounts.options.push(option);
        Ok(())
    }

    fn ssh(&self, fields: &MountOptions, mounts: &mut Mounts) {
        let id = if fields.id.is_empty() { &fields.source } else { &fields.id };
        if fields.required && !self.input.ssh && mounts.obstacle.is_none() {
            mounts.obstacle = Some(["no SSH key \"", id, "\" forwarded from the client"].concat());
        }
        let number =
            mounts.credentials.iter().filter(|mount| matches!(mount.kind, MountKind::Ssh(_))).count();
        let dest = if fields.target.is_empty() {
            ["/run/buildkit/ssh_agent.", &number.to_string()].concat()
        } else {
            fields.target.clone()
        };
        let mut option = ["--mount=type=ssh,id=", id, ",target=", &dest].concat();
        let credential = credential(fields, id, 0o600, &mut option);
        mounts.ssh_socket.get_or_insert_with(|| dest.clone());
        if fields.required {
            option.push_str(",required");
        }
        let kind = MountKind::Ssh(credential);
        mounts.credentials.push(Mount { input: None, dest, kind, readonly: true });
        mounts.options.push(option);
    }

    /// Numbers the inputs along the sorted mounts and says what is used of each.
    fn number(&mut self, list: &mut [Planned]) -> Vec<Edge> {
        let mut inputs: Vec<OpId> = Vec::new();
        for planned in &mut *list {
            planned.mount.input = planned.op.map(|op| number_of(&mut inputs, op));
        }
        let mut edges = Vec::with_capacity(inputs.len());
        for op in inputs {
            let mut edge = Edge::whole(op);
            let mut paths: Vec<&str> = Vec::new();
            // The last mount decides whether the input may be known by its files: the root file system may not.
            let mut by_files = false;
            for planned in &*list {
                if planned.op == Some(op) {
                    paths.push(&planned.path);
                    by_files = planned.mount.kind != MountKind::Root;
                }
            }
            edge.selector = Some(self.hashed.digest(selector(&paths)));
            if by_files {
                edge.content = Some(Rc::from(exec_selections(paths)));
            }
            edges.push(edge);
        }
        edges
    }
}

/// Appends texts to a text.
fn append(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
}

/// The variables of a step's name: secrets among them are not shown.
struct Hidden<'a> {
    env: &'a Environment,
    secrets: &'a [SecretEnv],
}

impl Scope for Hidden<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let secret = self.secrets.iter().any(|secret| secret.name == name);
        if secret { Some("****") } else { self.env.get(name) }
    }
}

/// Owner and mode of a secret or socket; giving one of them sets all.
fn credential(fields: &MountOptions, id: &str, mode: u32, option: &mut String) -> Credential {
    let credential = Credential {
        id: id.to_owned(),
        uid: fields.uid.unwrap_or(0),
        gid: fields.gid.unwrap_or(0),
        mode: fields.mode.unwrap_or(mode),
        optional: !fields.required,
    };
    let (uid, gid) = (credential.uid.to_string(), credential.gid.to_string());
    append(option, &[",mode=", &mode::octal(credential.mode), ",owner=", &uid, ":", &gid]);
    credential
}

/// What is said to be taken in from the inputs, with their numbers.
fn selected_files(list: &[Planned], edges: &[Edge]) -> (Vec<usize>, Vec<SelectedFiles>) {
    let (mut numbers, mut files): (Vec<usize>, Vec<SelectedFiles>) = Default::default();
    for planned in list {
        if !planned.has_files {
            continue;
        }
        let Some(number) =
            edges.iter().position(|edge| Some(edge.op) == planned.op && edge.content.is_some())
        else {
            continue;
        };
        let source = planned.path.trim_start_matches('/');
        let source = if source.is_empty() { "." } else { source }.to_owned();
        let known = numbers.iter().position(|&other| other == number);
        if let Some(files) = known.and_then(|at| files.get_mut(at)) {
            files.sources.push(source);
            continue;
        }
        numbers.push(number);
        files.push(SelectedFiles {
            from: planned.from.clone(),
            sources: vec![source],
            tree: None,
            selected: Vec::new(),
            exclude: Vec::new(),
            digest: None,
        });
    }
    (numbers, files)
}

/// A mount's target: kept as written if it is absolute.
///
/// # Errors
/// If it is the root.
fn target(dir: &str, written: &str) -> Result<String, String> {
    let target = if written.starts_with('/') { written.to_owned() } else { join(&["/", dir, written]) };
    if clean(&target) == "/" {
        return Err("invalid mount target \"/\"".to_owned());
    }
    Ok(target)
}

/// Whether the whole command is one word that opens a here-document.
fn is_opening(text: &str) -> bool {
    let rest = text.trim_start_matches(|character: char| character.is_ascii_digit());
    rest.starts_with("<<")
        && !rest.contains([' ', '\t'])
        && !crate::text::scan::has(rest.get(2..).unwrap_or(""), b'<')
}

fn exec_text(args: &[String]) -> String {
    let mut text = String::new();
    for (index, argument) in args.iter().enumerate() {
        text.push_str(if index == 0 { "[" } else { ", " });
        super::json::string(&mut text, argument);
    }
    text.push(']');
    text
}
