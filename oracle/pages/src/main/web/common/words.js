// What the pages say, in English and German.

const LANGUAGE = "chargeproof.language";
const books = { en: {}, de: {} };

/** Adds what a page says: `{ en: { key: text }, de: { key: text } }`; `{name}` in a text is filled in. */
export function addWords(book) {
  Object.assign(books.en, book.en);
  Object.assign(books.de, book.de);
}

/** "en" or "de". */
export function language() {
  const wanted = localStorage.getItem(LANGUAGE) ?? navigator.language ?? "en";
  return wanted.startsWith("de") ? "de" : "en";
}

export function takeLanguage(value) {
  localStorage.setItem(LANGUAGE, value);
  document.documentElement.lang = value;
}

/** A text in the page's language; its key when nobody has written one. */
export function t(key, values = {}) {
  const text = books[language()][key] ?? books.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Keys that one language has and another has not; for a test. */
export function missingWords() {
  const keys = new Set([...Object.keys(books.en), ...Object.keys(books.de)]);
  return [...keys].filter((key) => !(key in books.en) || !(key in books.de));
}

addWords({
  en: {
    "nav.driver": "Charge",
    "nav.cockpit": "Cockpit",
    "nav.ledger": "Ledger",
    "nav.label": "Pages",
    "nav.skip": "To the content",
    "theme.switch": "Light or dark",
    "language.switch": "Deutsch",
    "state.loading": "Reading …",
    "state.offline": "No connection to the oracle. What you see may be old; it goes on by itself.",
    "state.failed": "That did not work",
    "state.again": "Try again",
    "chart.time": "Time",
    "chart.table": "As a table",
    "key.needed": "This needs a key",
    "key.explain": "Your provider gives you one. It stays in this tab and is sent to this server alone.",
    "key.label": "Key",
    "key.use": "Use it",
    "key.forget": "Forget the key",
    "key.replace": "This address has another key than the one you use. Change to it?",
  },
  de: {
    "nav.driver": "Laden",
    "nav.cockpit": "Leitstand",
    "nav.ledger": "Hauptbuch",
    "nav.label": "Seiten",
    "nav.skip": "Zum Inhalt",
    "theme.switch": "Hell oder dunkel",
    "language.switch": "English",
    "state.loading": "Wird gelesen …",
    "state.offline": "Keine Verbindung zum Orakel. Was hier steht, kann alt sein; es geht von selbst weiter.",
    "state.failed": "Das ging nicht",
    "state.again": "Noch einmal",
    "chart.time": "Zeit",
    "chart.table": "Als Tabelle",
    "key.needed": "Dafür braucht es einen Schlüssel",
    "key.explain": "Ihr Anbieter gibt ihn aus. Er bleibt in diesem Tab und geht nur an diesen Server.",
    "key.label": "Schlüssel",
    "key.use": "Verwenden",
    "key.forget": "Schlüssel vergessen",
    "key.replace": "Diese Adresse hat einen anderen Schlüssel als den, den Sie verwenden. Zu ihm wechseln?",
  },
});
