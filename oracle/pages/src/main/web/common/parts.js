// What all pages are put together from.
import { h, render } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import htm from "htm";
import { follow, key, useKey } from "./api.js";
import { language, t, useLanguage } from "./words.js";

export { useCallback, useEffect, useRef, useState, render };
export const html = htm.bind(h);

const THEME = "chargeproof.theme";

function applyTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem(THEME, root.dataset.theme);
}

/** Takes a key and a node out of the address, where they would be seen, before anything else reads it. */
function takeFromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (!parts.has("key")) return;
  useKey(parts.get("key"));
  if (parts.has("node")) localStorage.setItem("chargeproof.node", parts.get("node"));
  history.replaceState(null, "", `${location.pathname}#${parts.get("to") ?? "/"}`);
}

/** Where in the page: what stands after `#/`, split at slashes. */
export function useRoute() {
  const read = () =>
    decodeURI(location.hash.replace(/^#\/?/, ""))
      .split("/")
      .filter((part) => part);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => {
      takeFromAddress();
      setRoute(read());
      window.scrollTo(0, 0);
      document.getElementById("content")?.focus({ preventScroll: true });
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

/** Tells of the oracle's events; whether it answers. */
export function useEvents(listener) {
  const newest = useRef(listener);
  newest.current = listener;
  const [online, setOnline] = useState(true);
  useEffect(
    () =>
      follow((name, data) => {
        if (name === "online" || name === "offline") setOnline(name === "online");
        newest.current(name, data);
      }),
    [],
  );
  return online;
}

/**
 * Reads something and keeps it while it is read again.
 *
 * @return { data, error, again }: data is undefined until it is there
 */
export function useRead(read, when) {
  const [state, setState] = useState({ data: undefined, error: null });
  const newest = useRef(0);
  const again = useCallback(async () => {
    const mine = ++newest.current;
    try {
      const data = await read();
      if (mine === newest.current) setState({ data, error: null });
    } catch (error) {
      if (mine === newest.current) setState((old) => ({ data: old.data, error }));
    }
  }, when);
  useEffect(() => {
    setState({ data: undefined, error: null });
    again();
  }, [again]);
  return { ...state, again };
}

/** Calls something each so many milliseconds while it is shown. */
export function useTick(millis) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((n) => n + 1), millis);
    return () => clearInterval(timer);
  }, [millis]);
}

/** The frame of a page. */
export function Frame({ here, online = true, children }) {
  const link = (page, path) => html`<a href=${path} aria-current=${page === here ? "page" : null}>${t(`nav.${page}`)}</a>`;
  return html`
    <a class="skip" href="#content" onClick=${skip}>${t("nav.skip")}</a>
    <header class="bar">
      <a class="brand" href="/"><${Mark} /><span>chargeproof</span></a>
      <nav aria-label=${t("nav.label")}>${link("driver", "/")} ${link("cockpit", "/cockpit")} ${link("ledger", "/ledger")}</nav>
      <span class="grow"></span>
      <button
        class="plain"
        lang=${language() === "de" ? "en" : "de"}
        title=${t("language.switch")}
        onClick=${() => {
          useLanguage(language() === "de" ? "en" : "de");
          location.reload();
        }}
      >
        ${language() === "de" ? "EN" : "DE"}
      </button>
      <button class="plain" aria-label=${t("theme.switch")} title=${t("theme.switch")} onClick=${switchTheme}>◐</button>
    </header>
    ${!online && html`<p class="notice warn" role="status">${t("state.offline")}</p>`}
    <main id="content" tabindex="-1">${children}</main>
  `;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}

/** A leaf of a tree of hashes, as a sign. */
function Mark() {
  return html`<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M9 1 3 9h4l-1 6 7-9H8z" />
  </svg>`;
}

/** Lets go of the key. */
export function ForgetKey() {
  const forget = () => {
    useKey("");
    location.reload();
  };
  return html`<button class="plain" onClick=${forget}>${t("key.forget")}</button>`;
}

/** What is shown while something is read, or could not be. */
export function Reading({ of, empty, children }) {
  if (of.data === undefined && of.error) return html`<${Failure} error=${of.error} again=${of.again} />`;
  if (of.data === undefined) return html`<p class="quiet" role="status">${t("state.loading")}</p>`;
  return html` ${of.error && html`<${Failure} error=${of.error} again=${of.again} />`} ${empty || children} `;
}

/** What went wrong, in the words of who refused it. */
export function Failure({ error, again }) {
  if (error.status === 401 || error.status === 403) return html`<${KeyForm} error=${error} />`;
  return html`<div class="notice bad" role="alert">
    <strong>${t("state.failed")}.</strong> ${error.message}
    ${(error.errors ?? []).map((each) => html`<br /><code>${each.pointer}</code> ${each.detail}`)}
    ${again && html` <button onClick=${again}>${t("state.again")}</button>`}
  </div>`;
}

/** Asks for a key. */
export function KeyForm({ error }) {
  const take = (event) => {
    event.preventDefault();
    useKey(new FormData(event.target).get("key").trim());
    location.reload();
  };
  return html`<form class="notice" onSubmit=${take}>
    <strong>${t("key.needed")}.</strong> ${t("key.explain")} ${error && key() && html`<p class="bad">${error.message}</p>`}
    <p class="row">
      <label>${t("key.label")} <input name="key" type="password" autocomplete="off" required maxlength="4096" /></label>
      <button class="main">${t("key.use")}</button>
    </p>
  </form>`;
}

/** A number with what it is. */
export function Tile({ label, children, kind }) {
  return html`<div class=${`tile ${kind ?? ""}`}><span class="label">${label}</span><span class="value">${children}</span></div>`;
}

/** Shows a page. */
export function show(Page) {
  takeFromAddress();
  applyTheme(localStorage.getItem(THEME));
  document.documentElement.lang = language();
  const root = document.getElementById("page");
  root.replaceChildren();
  render(html`<${Page} />`, root);
}
