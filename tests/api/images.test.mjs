// @ts-check
// What the catalogue says of official images, held against the Dockerfiles named in `catalogue/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { familiar, knownImage, references, withKnownImages } from "../../www/layerwise/dist/images/index.js";
import { check, simulate } from "../../www/layerwise/dist/index.js";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

test("images are told by name and tag", () => {
  assert.deepEqual(knownImage("python:3.12-slim-bookworm")?.image, {
    env: [`PATH=/usr/local/bin:${PATH}`, "LANG=C.UTF-8"],
    distribution: "debian",
    cmd: ["python3"],
    unknownEnv: ["GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256"],
  });
  assert.deepEqual(knownImage("docker.io/library/node:22.11.0-alpine3.20")?.image, {
    env: [`PATH=${PATH}`, "NODE_VERSION=22.11.0"],
    distribution: "alpine",
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["node"],
    unknownEnv: ["YARN_VERSION"],
  });
  const go = knownImage("golang:1.24")?.image;
  assert.equal(go?.workingDir, "/go");
  assert.deepEqual(go?.unknownEnv, ["GOLANG_VERSION"]);
  // docker-rust 7e8ce3f0, stable/trixie.
  assert.deepEqual(knownImage("rust:1.98.0")?.image, {
    env: [
      `PATH=/usr/local/cargo/bin:${PATH}`,
      "RUSTUP_HOME=/usr/local/rustup",
      "CARGO_HOME=/usr/local/cargo",
      "RUST_VERSION=1.98.0",
    ],
    distribution: "debian",
    cmd: ["bash"],
  });
});

test("languages had other variables before", () => {
  const names = (reference) => knownImage(reference)?.image.unknownEnv;
  // docker-library/python: 3.12/bookworm at 3.12.5 and 3.12.6, 3.11/slim-bookworm at 3.11.4.
  const pip = ["PYTHON_PIP_VERSION", "PYTHON_GET_PIP_URL", "PYTHON_GET_PIP_SHA256"];
  assert.deepEqual(names("python:3.12.5"), ["GPG_KEY", ...pip]);
  assert.deepEqual(names("python:3.12.6"), ["GPG_KEY"]);
  assert.deepEqual(names("python:3.12.7"), ["GPG_KEY", "PYTHON_SHA256"]);
  assert.deepEqual(names("python:3.11.4-slim"), ["GPG_KEY", ...pip, "PYTHON_SETUPTOOLS_VERSION"]);
  assert.ok(knownImage("python:3.12.5")?.image.env?.includes("PYTHON_VERSION=3.12.5"));
  // docker-library/golang: 1.20, 1.21 and 1.22 of bookworm.
  const go = (tag) => knownImage(`golang:${tag}`)?.image.env?.slice(1);
  assert.deepEqual(go("1.20.14"), ["GOLANG_VERSION=1.20.14", "GOPATH=/go"]);
  assert.deepEqual(go("1.20.0"), ["GOPATH=/go"]);
  assert.deepEqual(go("1.21.0"), ["GOLANG_VERSION=1.21.0", "GOPATH=/go"]);
  assert.deepEqual(go("1.22.0"), ["GOLANG_VERSION=1.22.0", "GOTOOLCHAIN=local", "GOPATH=/go"]);
  // docker-library/ruby, 3.2/bookworm at 3.2.3.
  assert.deepEqual(names("ruby:3.2.3"), ["RUBY_DOWNLOAD_URL", "RUBY_DOWNLOAD_SHA256"]);
});

test("php is of three kinds", () => {
  // docker-library/php 445bf414: 8.3/trixie/cli, fpm, apache.
  const { env, unknownEnv, ...cli } = knownImage("php:8.3")?.image ?? {};
  assert.deepEqual(cli, {
    distribution: "debian",
    entrypoint: ["docker-php-entrypoint"],
    cmd: ["php", "-a"],
  });
  assert.ok(env?.includes("PHP_LDFLAGS=-Wl,-O1 -pie"));
  assert.deepEqual(unknownEnv, [
    "PHPIZE_DEPS",
    "GPG_KEYS",
    "PHP_VERSION",
    "PHP_URL",
    "PHP_ASC_URL",
    "PHP_SHA256",
  ]);
  const fpm = knownImage("php:8.3.33-fpm-alpine")?.image;
  assert.equal(fpm?.workingDir, "/var/www/html");
  assert.deepEqual([fpm?.exposedPorts, fpm?.stopSignal], [["9000/tcp"], "SIGQUIT"]);
  assert.ok(fpm?.env?.includes("PHP_VERSION=8.3.33"));
  const apache = knownImage("php:8.3-apache")?.image;
  assert.ok(apache?.env?.includes("APACHE_CONFDIR=/etc/apache2"));
  assert.deepEqual([apache?.exposedPorts, apache?.stopSignal], [["80/tcp"], "SIGWINCH"]);
});

test("the variables of nginx grew with its releases", () => {
  // docker-nginx: `ENV` of mainline/ and stable/ at the commits that library/nginx named for these.
  for (const [tag, ...names] of [
    // b8590bd3, mainline/alpine and mainline/alpine-slim.
    [
      "alpine",
      "NGINX_VERSION",
      "PKG_RELEASE",
      "DYNPKG_RELEASE",
      "NJS_VERSION",
      "NJS_RELEASE",
      "ACME_VERSION",
    ],
    ["mainline-alpine-slim", "NGINX_VERSION", "PKG_RELEASE", "DYNPKG_RELEASE"],
    ["1.28.0", "PKG_RELEASE", "DYNPKG_RELEASE", "NJS_VERSION", "NJS_RELEASE"],
    ["1.28.1", "PKG_RELEASE", "DYNPKG_RELEASE", "NJS_VERSION", "NJS_RELEASE", "ACME_VERSION"],
    ["1.26.1-alpine", "PKG_RELEASE", "NJS_VERSION", "NJS_RELEASE"],
    ["1.25.3-alpine", "PKG_RELEASE", "NJS_VERSION"],
    ["1.25-otel", "NGINX_VERSION", "PKG_RELEASE", "NJS_VERSION", "NJS_RELEASE", "OTEL_VERSION"],
  ]) {
    assert.deepEqual(knownImage(`nginx:${tag}`)?.image.unknownEnv, names, tag);
  }
});

test("servers say where they keep their data and how they stop", () => {
  // docker-library/postgres 6edb0a8c: 17/trixie, 18/alpine3.23.
  assert.equal(knownImage("postgres:17")?.image.env?.[0], `PATH=${PATH}:/usr/lib/postgresql/17/bin`);
  const postgres = knownImage("postgres:18-alpine")?.image;
  assert.equal(postgres?.env?.[0], `PATH=${PATH}`);
  assert.ok(postgres?.env?.includes("PGDATA=/var/lib/postgresql/18/docker"));
  assert.deepEqual([postgres?.volumes, postgres?.stopSignal], [["/var/lib/postgresql"], "SIGINT"]);
  // docker-library-redis: debian/Dockerfile of 8.8.2 (52223e0e), 8.4.6 (cfece209) and 7.2.16 (09aa4e1a).
  assert.equal(knownImage("redis:8.8")?.image.volumes, undefined);
  assert.deepEqual(knownImage("redis:8.4")?.image.volumes, ["/data"]);
  assert.deepEqual(knownImage("redis:7.2")?.image.unknownEnv, ["REDIS_VERSION"]);
  // docker-library/httpd 9b63b37c, 2.4.
  const httpd = knownImage("httpd:2.4.68")?.image;
  assert.deepEqual(httpd?.env?.slice(1), [
    "HTTPD_PREFIX=/usr/local/apache2",
    "HTTPD_VERSION=2.4.68",
    "HTTPD_PATCHES=",
  ]);
  assert.deepEqual(httpd?.unknownEnv, ["HTTPD_SHA256"]);
  // docker-library/mysql 7f30fdb0, 8.4/Dockerfile.oracle.
  assert.equal(knownImage("mysql:8.4-oraclelinux9")?.image.distribution, "oraclelinux");
});

test("Java says which one it is", () => {
  // adoptium/containers d8d18d67: 21/jre/alpine/3.23, 8/jdk/ubuntu/noble; a JDK of 8 has no jshell.
  const temurin = [
    "JAVA_HOME=/opt/java/openjdk",
    "LANG=en_US.UTF-8",
    "LANGUAGE=en_US:en",
    "LC_ALL=en_US.UTF-8",
  ];
  assert.deepEqual(knownImage("eclipse-temurin:21-jre-alpine-3.23")?.image, {
    env: [`PATH=/opt/java/openjdk/bin:${PATH}`, ...temurin],
    distribution: "alpine",
    entrypoint: ["/__cacert_entrypoint.sh"],
    unknownEnv: ["JAVA_VERSION"],
  });
  const known = (reference) => knownImage(reference)?.image;
  assert.equal(known("eclipse-temurin:8u492-b09-jdk")?.env?.at(-1), "JAVA_VERSION=jdk8u492-b09");
  assert.equal(known("eclipse-temurin:21.0.11_10-jdk-noble")?.env?.at(-1), "JAVA_VERSION=jdk-21.0.11+10");
  assert.deepEqual(known("eclipse-temurin:21")?.cmd, ["jshell"]);
  assert.equal(known("eclipse-temurin:8")?.cmd, undefined);
  // docker-library/openjdk: 17/jdk/oraclelinux8 (f8d1fd91), 11/jre/slim-bullseye (8dfb0c56), 8/jdk/alpine (3eb0351b).
  assert.deepEqual(known("openjdk:17"), {
    env: [
      `PATH=/usr/java/openjdk-17/bin:${PATH}`,
      "JAVA_HOME=/usr/java/openjdk-17",
      "LANG=C.UTF-8",
      "JAVA_VERSION=17.0.2",
    ],
    distribution: "oraclelinux",
    cmd: ["jshell"],
  });
  assert.equal(known("openjdk:11-jre-slim")?.env?.[1], "JAVA_HOME=/usr/local/openjdk-11");
  assert.deepEqual(known("openjdk:11-jre-slim")?.cmd, ["bash"]);
  assert.equal(known("openjdk:8-jdk-alpine")?.env?.[1], "JAVA_HOME=/usr/lib/jvm/java-1.8-openjdk");
});

test("build tools of Java stand on it", () => {
  // docker-maven 0170c5bc: eclipse-temurin-21; openjdk-11-slim while it was there.
  const maven = knownImage("maven:3.9")?.image;
  assert.deepEqual(maven, knownImage("maven:3.9.16-eclipse-temurin-25")?.image);
  assert.deepEqual(maven?.env?.slice(-2), ["MAVEN_HOME=/usr/share/maven", "MAVEN_CONFIG=/root/.m2"]);
  assert.deepEqual(maven?.entrypoint, ["/usr/local/bin/mvn-entrypoint.sh"]);
  const old = knownImage("maven:3.8-openjdk-11-slim")?.image;
  assert.equal(old?.env?.[0], `PATH=/usr/local/openjdk-11/bin:${PATH}`);
  assert.deepEqual([old?.unknownEnv, old?.cmd, old?.distribution], [["JAVA_VERSION"], ["mvn"], "debian"]);
  // docker-gradle c3b0e90b: jdk21-noble.
  const gradle = knownImage("gradle:8.14.5-jdk21")?.image;
  assert.deepEqual(gradle?.env?.slice(-2), ["GRADLE_HOME=/opt/gradle", "GRADLE_VERSION=8.14.5"]);
  assert.deepEqual([gradle?.workingDir, gradle?.user], ["/home/gradle", "root"]);
  // There the variable is 8.14.
  assert.deepEqual(knownImage("gradle:8.14.0")?.image.unknownEnv, ["JAVA_VERSION", "GRADLE_VERSION"]);
});

test("kinds of .NET stand on each other", () => {
  // dotnet-docker 3ed00b61: src/aspnet/8.0/bookworm-slim, src/sdk/8.0/alpine3.24 and what they stand on.
  const dotnet = (tag) => knownImage(`mcr.microsoft.com/dotnet/${tag}`)?.image;
  assert.deepEqual(dotnet("aspnet:8.0.30"), {
    env: [
      `PATH=${PATH}`,
      "APP_UID=1654",
      "ASPNETCORE_HTTP_PORTS=8080",
      "DOTNET_RUNNING_IN_CONTAINER=true",
      "DOTNET_VERSION=8.0.30",
      "ASPNET_VERSION=8.0.30",
    ],
    distribution: "debian",
    cmd: ["bash"],
  });
  const sdk = dotnet("sdk:8.0-alpine");
  assert.ok(sdk?.env?.includes("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false"));
  assert.deepEqual(sdk?.unknownEnv, [
    "DOTNET_VERSION",
    "ASPNET_VERSION",
    "DOTNET_SDK_VERSION",
    "POWERSHELL_DISTRIBUTION_CHANNEL",
  ]);
  assert.ok(dotnet("runtime:9.0-alpine")?.env?.includes("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true"));
  assert.deepEqual([dotnet("sdk:10.0")?.distribution, dotnet("sdk:10.0")?.cmd], ["ubuntu", ["/bin/bash"]]);
  assert.equal(dotnet("sdk:8.0-noble")?.distribution, "ubuntu");
  // e77a617a, the last of 6.0: src/sdk/6.0/bullseye-slim takes back what src/aspnet has from src/runtime-deps.
  assert.ok(dotnet("sdk:6.0")?.env?.includes("ASPNETCORE_URLS="));
  assert.ok(dotnet("aspnet:6.0")?.env?.includes("ASPNETCORE_URLS=http://+:80"));
});

test("distributions bring a path and a shell", () => {
  // `.config` of `oci/blobs/image-config.json` (Debian), `image-config.json` (BusyBox), and of the published images.
  for (const [reference, distribution, shell] of [
    ["debian", "debian", "bash"],
    ["debian:13.7-slim", "debian", "bash"],
    ["debian:bookworm-20260803-slim", "debian", "bash"],
    ["debian:oldstable-backports", "debian", "bash"],
    ["ubuntu", "ubuntu", "/bin/bash"],
    ["ubuntu:24.04", "ubuntu", "/bin/bash"],
    ["ubuntu:resolute-20260811.1", "ubuntu", "/bin/bash"],
    ["buildpack-deps:curl", "debian", "bash"],
    ["buildpack-deps:bookworm-scm", "debian", "bash"],
    ["buildpack-deps:24.04-curl", "ubuntu", "/bin/bash"],
    ["buildpack-deps:noble", "ubuntu", "/bin/bash"],
    ["alpine", "alpine", "/bin/sh"],
    ["alpine:3.24.2", "alpine", "/bin/sh"],
    ["alpine:20260805", "alpine", "/bin/sh"],
    ["busybox", "busybox", "sh"],
    ["busybox:1.38.0-musl", "busybox", "sh"],
  ]) {
    const expect = { env: [`PATH=${PATH}`], distribution, cmd: [shell] };
    assert.deepEqual(knownImage(reference)?.image, expect, reference);
  }
});

test("a tag of a distribution that was given up is the release that was newest then", () => {
  assert.deepEqual(knownImage("python:bullseye")?.image.unknownEnv, [
    "GPG_KEY",
    "PYTHON_VERSION",
    "PYTHON_SHA256",
  ]);
  assert.deepEqual(knownImage("python:trixie")?.image.unknownEnv, ["PYTHON_VERSION", "PYTHON_SHA256"]);
  assert.deepEqual(knownImage("node:alpine3.21")?.image.unknownEnv, ["NODE_VERSION", "YARN_VERSION"]);
  assert.deepEqual(knownImage("node:alpine3.24")?.image.unknownEnv, ["NODE_VERSION"]);
});

test("what is not covered is not known", () => {
  for (const reference of [
    "python:3.7",
    "python:3.15-rc",
    "python:3.12-alpine3.18",
    "python:3.11-buster",
    "python:3.12-windowsservercore",
    "python@sha256:0",
    "example.org/python:3.12",
    "node:13",
    "golang:1.15",
    "golang:buster",
    "ruby:3.2.2",
    "ruby:3.0",
    "ruby:3.2-alpine3.17",
    "debian:stretch",
    "debian:9",
    "ubuntu:16.04",
    "ubuntu:focal-20221130",
    "alpine:3.5",
    "busybox:1.24",
    "buildpack-deps:plucky",
    "maven:3.9-amazoncorretto-21",
    "maven:3.6.1-jdk-11",
    "gradle:8.4",
    "eclipse-temurin:17.0.5_8-jdk",
    "openjdk:23-jdk-oraclelinux7",
    "php:8.6-rc",
    "httpd:2.4.57",
    "nginx:stable-alpine3.21",
    "nginx:1-bookworm",
    "redis:7.2.12",
    "redis:8-bookworm",
    "postgres:16.2-alpine",
    "mysql",
    "mysql:8.0.28",
    "mcr.microsoft.com/dotnet/sdk:8",
    "mcr.microsoft.com/dotnet/sdk:8.0-noble-chiseled",
    "postgres",
    "mine",
  ]) {
    assert.equal(knownImage(reference), undefined, reference);
  }
});

test("references have their variables replaced", () => {
  const text =
    "ARG V=3.12\nARG N\nFROM python:${V}-slim AS a\nFROM a AS b\nFROM --platform=x ${N:-node}:22\nFROM scratch\n";
  const found = references(text, { V: "3.13" });
  assert.deepEqual(found, [
    { stage: 0, line: 3, reference: "python:3.13-slim" },
    { stage: 2, line: 5, reference: "node:22" },
  ]);
  assert.equal(familiar("index.docker.io/library/python:latest"), "python");
});

test("a scenario gets what it does not say itself", () => {
  const scenario = {
    dockerfile: "FROM golang:1.24\nCOPY main.go .\nRUN go build\n",
    context: { "main.go": { text: "package main\n" } },
    builds: [{ edit: {} }, { edit: { dockerfile: "FROM node:22\nCOPY main.go .\n" } }],
  };
  const filled = withKnownImages(scenario);
  assert.deepEqual(Object.keys(filled.baseImages ?? {}), ["golang:1.24", "node:22"]);
  assert.equal(withKnownImages({ dockerfile: "FROM mine\n" }).baseImages, undefined);
  const own = { ...scenario, baseImages: { "library/golang:1.24": { env: [] } } };
  assert.deepEqual(Object.keys(withKnownImages(own).baseImages ?? {}), ["library/golang:1.24", "node:22"]);
  const [build] = simulate(filled).builds;
  assert.equal(build?.error, undefined);
  // The version is a variable of the RUN, and its value is not known.
  assert.deepEqual(
    build?.steps.map(({ exact }) => exact),
    [true, false],
  );
});

test("variables of known images are no mistake", () => {
  const dockerfile = "FROM node:22\nLABEL node=$NODE_VERSION\nCOPY $NODE_VERSON /\n";
  const found = check(withKnownImages({ dockerfile }));
  assert.deepEqual(
    found.map(({ code, line, severity }) => [code, line, severity]),
    [["UndefinedVar", 3, "warning"]],
  );
  assert.deepEqual(found[0]?.edits, [{ from: 44, to: 55, text: "NODE_VERSION" }]);
});
