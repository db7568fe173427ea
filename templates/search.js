/* Searches every word of the site, in the browser alone: the index lies beside the pages. The page is whole without it.
   Nothing that the index holds is ever taken for markup. */
"use strict";
(() => {
  const box = document.getElementById("every-word");
  // Browsers let no script of a folder read the files beside it.
  if (!box || location.protocol === "file:") return;
  const [field, found, list, more] = ["words", "found", "results", "more"].map(id => document.getElementById(id));
  const said = box.dataset;
  const STEP = 10, PARTS = 3;
  let results = [], shown = 0, asked = 0, index;

  const open = () => index ??= import(new URL(said.index, location.href).href).then(async pagefind => {
    await pagefind.options({ excerptLength: 30 });
    await pagefind.init();
    return pagefind;
  });

  const make = (name, text = "", className = "") => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  // An excerpt is text with marks around what was found; of its own characters only < and > are escaped.
  const plain = text => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
  const excerpt = (html, element) => {
    html.split(/<mark>(.*?)<\/mark>/s).forEach((text, place) => element.append(place % 2 ? make("mark", plain(text)) : plain(text)));
    return element;
  };

  const link = (url, text) => {
    const anchor = make("a", text);
    const address = new URL(url, location.href);
    if (address.origin === location.origin) anchor.href = address.href;
    return anchor;
  };

  const tell = page => {
    const item = make("li");
    item.append(make("p", [page.meta.where, page.meta.kind].filter(Boolean).join(" · "), "where"));
    const heading = make("h2");
    heading.append(link(page.url, page.meta.title || page.url));
    item.append(heading);
    const parts = (page.sub_results || []).filter(part => part.anchor).slice(0, PARTS);
    for (const part of parts) {
      const line = make("p", "", "part");
      line.append(link(part.url, part.title));
      const title = `${part.title}. `;
      item.append(line, excerpt(part.excerpt.startsWith(title) ? part.excerpt.slice(title.length) : part.excerpt, make("p")));
    }
    if (!parts.length) item.append(excerpt(page.excerpt, make("p")));
    return item;
  };

  const show = async turn => {
    const pages = await Promise.all(results.slice(shown, shown + STEP).map(result => result.data()));
    if (turn !== asked) return;
    list.append(...pages.map(tell));
    shown += pages.length;
    more.hidden = shown >= results.length;
  };

  const search = async () => {
    const turn = ++asked;
    const words = field.value.trim();
    history.replaceState(null, "", words ? `?q=${encodeURIComponent(words)}` : location.pathname);
    found.textContent = words ? said.searching : "";
    if (!words) { list.replaceChildren(); more.hidden = true; return; }
    try {
      const answer = await (await open()).debouncedSearch(words, {}, 200);
      if (answer === null || turn !== asked) return;
      results = answer.results;
      shown = 0;
      list.replaceChildren();
      await show(turn);
      if (turn !== asked) return;
      const count = results.length;
      found.textContent = count ? (count === 1 ? said.one : said.many.replace("{}", count.toLocaleString(document.documentElement.lang))) : said.none;
    } catch {
      if (turn === asked) { found.textContent = said.failed; more.hidden = true; }
    }
  };

  field.addEventListener("focus", () => open().catch(() => {}), { once: true });
  field.addEventListener("input", search);
  more.addEventListener("click", () => show(asked).catch(() => { found.textContent = said.failed; }));
  box.hidden = false;
  const words = new URLSearchParams(location.search).get("q");
  if (words) { field.value = words.slice(0, field.maxLength); search(); }
})();
