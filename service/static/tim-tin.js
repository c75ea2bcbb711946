/* The search box of Tìm Tin for pages of other sites: <tim-tin></tim-tin>. No dependencies; docs/box.md describes it. */

const SERVICE = new URL("../../", import.meta.url);
const WAIT = 150; // milliseconds between the last key and the question
const LEAST = 2; // letters that must have been typed

const STYLE = `
:host { display: block; position: relative; font: var(--tim-tin-font, inherit); color: var(--tim-tin-ink, #1e1b18); }
* { box-sizing: border-box; }
form { display: flex; gap: .4em; margin: 0; }
input, button { font: inherit; color: inherit; padding: .5em .7em; border-radius: var(--tim-tin-radius, 4px);
  border: 1px solid var(--tim-tin-line, #76706a); background: var(--tim-tin-paper, #fff); }
input { flex: 1; min-width: 0; }
button { background: var(--tim-tin-accent, #98271e); border-color: transparent; color: var(--tim-tin-accent-ink, #fff); cursor: pointer; }
:focus-visible { outline: 3px solid var(--tim-tin-focus, #1257b0); outline-offset: 1px; }
.list { position: absolute; z-index: 9; inset: auto 0; margin: .2em 0 0; padding: .3em 0; max-height: 24em; overflow: auto;
  background: var(--tim-tin-paper, #fff); border: 1px solid var(--tim-tin-line, #76706a); border-radius: var(--tim-tin-radius, 4px);
  box-shadow: 0 4px 14px #0003; }
.kind { padding: .3em .8em 0; font-size: .8em; color: var(--tim-tin-dim, #625b53); }
.option { display: block; padding: .45em .8em; cursor: pointer; overflow-wrap: anywhere; }
.option[aria-selected="true"], .option:hover { background: var(--tim-tin-tint, #f3eee5); }
.results { margin: .8em 0 0; }
.results ol { margin: 0; padding-left: 1.4em; }
.results li { margin: 0 0 .8em; }
.results p { margin: .2em 0; }
a { color: var(--tim-tin-accent, #98271e); }
mark { background: var(--tim-tin-mark, #ffe7a3); color: inherit; }
.dim { color: var(--tim-tin-dim, #625b53); font-size: .9em; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none; }`;

const KINDS = [["words", "Từ"], ["codes", "Số hiệu văn bản"], ["authors", "Tác giả"], ["titles", "Bài viết"]];

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/* Spans count code points, JavaScript's strings don't. */
function marked(text, spans) {
  const letters = Array.from(text);
  const pieces = [];
  let at = 0;
  for (const [start, end] of spans) {
    pieces.push(letters.slice(at, start).join(""), element("mark", {}, letters.slice(start, end).join("")));
    at = end;
  }
  pieces.push(letters.slice(at).join(""));
  return pieces;
}

class TimTin extends HTMLElement {
  #input; #list; #results; #status; #form;
  #options = []; #active = -1; #timer; #asking = {}; #composing = false; #asked = "";

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const label = this.getAttribute("label") || "Tìm tin bài";
    this.#input = element("input", {
      type: "text", name: "q", maxlength: "500", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      enterkeyhint: "search", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "list", "aria-label": label, placeholder: this.getAttribute("placeholder") || label,
    });
    this.#form = element("form", { role: "search", action: this.#page(""), method: "get", target: this.getAttribute("target") || "_self" },
      this.#input, element("button", { type: "submit" }, "Tìm"));
    this.#list = element("div", { class: "list", id: "list", role: "listbox", "aria-label": "Gợi ý", hidden: "" });
    this.#status = element("div", { class: "unseen", role: "status" });
    this.#results = element("div", { class: "results", role: "region", "aria-label": "Kết quả tìm", hidden: "" });
    root.append(this.#form, this.#list, this.#status, this.#results);
    this.#listen();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    for (const asking of Object.values(this.#asking)) asking.abort();
  }

  /* The filters that the portal has set on the element. */
  #presets() {
    const pairs = [];
    for (const name of ["publisher", "section", "author"]) {
      for (const value of (this.getAttribute(name) || "").split("|")) if (value.trim()) pairs.push([name, value.trim()]);
    }
    return pairs;
  }

  #page(q, more = []) {
    const url = new URL(".", SERVICE);
    url.search = new URLSearchParams([...(q ? [["q", q]] : []), ...this.#presets(), ...more]);
    return url.href;
  }

  #listen() {
    const input = this.#input;
    input.addEventListener("compositionstart", () => { this.#composing = true; });
    input.addEventListener("compositionend", () => { this.#composing = false; this.#soon(); });
    input.addEventListener("input", (event) => { if (!event.isComposing && !this.#composing) this.#soon(); });
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go(input.value.trim());
    });
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#suggest(), WAIT);
  }

  async #ask(path, pairs) {
    this.#asking[path]?.abort();
    const asking = (this.#asking[path] = new AbortController());
    const url = new URL(`api/v1/${path}`, SERVICE);
    url.search = new URLSearchParams(pairs);
    const answer = await fetch(url, { signal: asking.signal, credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async #suggest() {
    const typed = this.#input.value.trim();
    if (typed.length < LEAST) return this.#close();
    if (typed === this.#asked && !this.#list.hidden) return;
    try {
      const given = await this.#ask("suggest", [["q", typed.slice(0, 100)], ["size", "4"], ...this.#presets()]);
      this.#asked = typed;
      if (this.shadowRoot.activeElement === this.#input) this.#show(given);
    } catch (error) {
      if (error.name !== "AbortError") this.#close(); // suggestions are a help, never a hindrance
    }
  }

  #show(given) {
    this.#options = [];
    const groups = KINDS.filter(([kind]) => given[kind]?.length).map(([kind, label], number) => {
      const options = given[kind].map((each) => this.#option(kind, each));
      return element("div", { role: "group", "aria-labelledby": `kind-${number}` },
        element("div", { class: "kind", id: `kind-${number}` }, label), ...options);
    });
    this.#list.replaceChildren(...groups);
    this.#activate(-1);
    const any = this.#options.length > 0;
    this.#list.hidden = !any;
    this.#input.setAttribute("aria-expanded", String(any));
    this.#status.textContent = any ? `${this.#options.length} gợi ý, dùng phím mũi tên để chọn` : "";
  }

  #option(kind, each) {
    const option = element("div", { class: "option", role: "option", id: `option-${this.#options.length}`, "aria-selected": "false" },
      each.title ?? each.value);
    const choose = {
      words: () => this.#go(each.value),
      codes: () => this.#go(`"${each.value}"`),
      authors: () => this.#leave(this.#page("", [["author", each.value]])),
      titles: () => this.#leave(new URL(`bai/${encodeURIComponent(each.id)}`, SERVICE).href),
    }[kind];
    option.addEventListener("click", choose);
    this.#options.push({ option, choose });
    return option;
  }

  #activate(number) {
    this.#options[this.#active]?.option.setAttribute("aria-selected", "false");
    this.#active = number;
    const active = this.#options[number]?.option;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) this.#input.setAttribute("aria-activedescendant", active.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.isComposing || this.#composing) return;
    const count = this.#options.length, open = !this.#list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void this.#suggest();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Past either end stands the text as typed.
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && open && this.#active >= 0) {
      event.preventDefault();
      this.#options[this.#active].choose();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.#close();
    }
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking.suggest?.abort();
    this.#asked = "";
    this.#list.hidden = true;
    this.#options = [];
    this.#activate(-1);
    this.#status.textContent = "";
    this.#input.setAttribute("aria-expanded", "false");
  }

  #leave(address) {
    this.#close();
    window.open(address, this.getAttribute("target") || "_self", "noopener");
  }

  #go(q) {
    this.#close();
    this.#input.value = q;
    if (this.getAttribute("results") !== "here" || !q) return this.#leave(this.#page(q));
    this.#search(q);
  }

  async #search(q) {
    this.#results.hidden = false;
    try {
      const found = await this.#ask("search", [["q", q], ["size", this.getAttribute("size") || "5"], ...this.#presets()]);
      this.#render(q, found);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#results.replaceChildren(element("p", {}, "Chưa tìm được lúc này. ",
        element("a", { href: this.#page(q) }, "Mở trang tìm kiếm")));
    }
  }

  #render(q, found) {
    const hits = found.hits.map((hit) => element("li", {},
      element("a", { href: new URL(`bai/${encodeURIComponent(hit.id)}?${new URLSearchParams([["q", q]])}`, SERVICE).href },
        ...marked(hit.title, hit.title_spans)),
      element("p", { class: "dim" }, [hit.published_at?.slice(0, 10).split("-").reverse().join("/"), hit.publisher].filter(Boolean).join(" · ")),
      element("p", {}, ...marked(hit.snippet.text, hit.snippet.spans))));
    const total = found.total.toLocaleString("vi-VN");
    const summary = found.total ? `Tìm thấy ${total} bài` : "Không tìm thấy bài nào";
    this.#results.replaceChildren(element("p", {}, summary), element("ol", {}, ...hits),
      element("p", {}, element("a", { href: this.#page(q) }, found.total ? `Xem cả ${total} bài` : "Mở trang tìm kiếm")));
    this.#status.textContent = summary;
  }
}

customElements.define("tim-tin", TimTin);
