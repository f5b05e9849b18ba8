// Other people's programs read a running site: node clients.mjs SITE. A line of JSON for each, as `{"client", "ok", "told"}`.
import { createRequire } from "node:module";
const from = createRequire(`${process.cwd()}/`);
const site = process.argv[2].replace(/\/$/, "");
const ask = (path) => fetch(site + path).catch(() => fetch(site + path)); // a connection kept too long is closed
const text = async (path) => (await ask(path)).text();
const json = async (path) => (await ask(path)).json();
const feeds = ["/claims/feed.atom", "/claims/feed.rss", "/corrections/feed.atom"];
const [first] = (await json("/claims/feed.json")).items;
const claim = new URL(first.url);

const clients = {
  async "@googleapis/factchecktools, base address given once"() {
    const { factchecktools } = from("@googleapis/factchecktools");
    const client = factchecktools({ version: "v1alpha1", auth: "unused", rootUrl: `${site}/api/` });
    const all = await client.claims.search({ query: "treaty", pageSize: 2 });
    const next = await client.claims.search({ query: "treaty", pageSize: 2, pageToken: all.data.nextPageToken });
    const refused = await client.claims.search({ query: "treaty", maxAgeDays: "x" }).catch((error) => error);
    check(all.data.claims.length === 2 && next.data.claims.length > 0, "two pages");
    check(refused.code === 400 && /maxAgeDays/.test(refused.message), "a refusal in Google's shape");
    return `${all.data.claims.length} and ${next.data.claims.length} claims; refusal: ${refused.message}`;
  },
  async "rss-parser"() {
    const parser = new (from("rss-parser"))();
    const counts = [];
    for (const path of feeds) counts.push((await parser.parseString(await text(path))).items.length);
    check(counts.every(Boolean), "entries");
    return `${counts.join(", ")} entries`;
  },
  async "feedsmith"() {
    const { parseFeed } = await import(from.resolve("feedsmith"));
    const read = [];
    for (const path of [...feeds, "/claims/feed.json"]) read.push(parseFeed(await text(path)));
    const [atom] = read;
    check(atom.feed.authors?.length || atom.feed.entries.every((entry) => entry.authors?.length), "authors (RFC 4287)");
    return read.map((one) => one.format).join(", ");
  },
  async "jsonld"() {
    const jsonld = from("jsonld");
    const page = await text(claim.pathname);
    const [, found] = page.match(/<script type="application\/ld\+json">(.*?)<\/script>/s);
    const document = { ...JSON.parse(found), "@context": { "@vocab": "https://schema.org/" } };
    const quads = await jsonld.toRDF(document);
    const typed = quads.filter((quad) => quad.predicate.value.endsWith("#type"));
    const blank = typed.filter((quad) => quad.subject.termType === "BlankNode" && /Claim$|Person$/.test(quad.object.value));
    check(blank.length === 0, "claims and persons have addresses");
    return `${quads.length} statements`;
  },
  async "structured-data-testing-tool"() {
    const { structuredDataTest } = from("structured-data-testing-tool");
    const { Google, Twitter, Facebook } = from("structured-data-testing-tool/presets");
    const presets = [Google.ClaimReview ?? Google, Twitter, Facebook];
    const result = await structuredDataTest(claim.href, { presets }).catch((error) => error.res);
    const failed = result.failed.map((test) => test.test);
    check(failed.length === 0, `failed: ${failed.join("; ")}`);
    return `${result.passed.length} passed, ${result.warnings.length} warnings`;
  },
  async "@apache-annotator/dom"() {
    const { JSDOM } = from("jsdom");
    const { createTextQuoteSelectorMatcher, createTextPositionSelectorMatcher } = await import(
      from.resolve("@apache-annotator/dom"));
    const collection = await json("/export/annotation");
    const annotations = collection.first?.items ?? collection.items ?? collection;
    let tried = 0, found = 0;
    for (const target of annotations.flatMap((annotation) => annotation.target)) {
      const source = await (await fetch(target.source)).text();
      const { document, Node, NodeFilter, Range } = new JSDOM("<body></body>").window;
      Object.assign(globalThis, { document, Node, NodeFilter, Range });
      document.body.textContent = source;
      for (const selector of [target.selector].flat()) {
        const matcher = { TextQuoteSelector: createTextQuoteSelectorMatcher, TextPositionSelector:
          createTextPositionSelectorMatcher }[selector.type];
        if (!matcher) continue;
        tried += 1;
        const exact = [target.selector].flat().find((one) => one.exact)?.exact;
        for await (const range of matcher(selector)(document.body)) {
          found += range.toString() === exact ? 1 : 0;
          break;
        }
      }
    }
    check(tried > 0 && found === tried, `${found} of ${tried} selectors anchor`);
    return `${found} of ${tried} selectors anchor`;
  },
  async "@extractus/oembed-extractor"() {
    const { extract, setProviderList } = from("@extractus/oembed-extractor");
    setProviderList([]); // what it finds, it finds in our pages
    const told = [];
    for (const prefix of ["", "/ko", "/ru"]) told.push(await extract(site + prefix + claim.pathname, { maxwidth: 320 }));
    check(told.every((one) => one.type === "rich" && one.html && one.width <= 320), "rich, as narrow as asked");
    return told.map((one) => `${one.width}×${one.height}`).join(", ");
  },
  async "openapi-typescript"() {
    const { default: generate, astToString } = await import(from.resolve("openapi-typescript").replace(".cjs", ".mjs"));
    const code = astToString(await generate(await text("/api/v1/openapi.json")));
    check(code.includes("/api/v1/claims"), "operations");
    return `${code.split("\n").length} lines of types`;
  },
  async "@redocly/cli lint"() {
    const { lintFromString, createConfig } = from("@redocly/openapi-core");
    const config = await createConfig({ extends: ["recommended"] });
    const problems = await lintFromString({ source: await text("/api/v1/openapi.json"), config });
    const errors = problems.filter((problem) => problem.severity === "error" && !problem.ignored);
    check(errors.length === 0, [...new Set(errors.map((problem) => problem.message))].join("; "));
    return `0 errors, ${problems.length} warnings`;
  },
  async "sitemapper"() {
    const { default: Sitemapper } = await import(from.resolve("sitemapper"));
    const read = await new Sitemapper({ url: `${site}/sitemap.xml`, timeout: 15000 }).fetch();
    check(read.sites.length > 0 && read.errors.length === 0, `${read.errors.length} errors`);
    return `${read.sites.length} addresses`;
  },
  async "citation-js"() {
    const Cite = from("citation-js");
    const page = await text(claim.pathname);
    const [bibtex] = page.match(/@\w+\{[^]*?\n\}/);
    const [path] = page.match(/\/claims\/[^"]*\/cite\.json/);
    const [fromPage, fromFile] = [bibtex, await json(path)].map((given) =>
      new Cite(given).format("bibliography", { template: "apa" }).trim());
    check(fromPage.includes(new URL(first.url).host) && fromFile.includes("Factcheck"), `${fromPage}; ${fromFile}`);
    return fromFile;
  },
};

function check(holds, what) {
  if (!holds) throw new Error(what);
}

for (const [client, read] of Object.entries(clients)) {
  const said = await read().then((told) => ({ ok: true, told }), (error) => ({ ok: false, told: String(error.stack ?? error).slice(0, 600) }));
  console.log(JSON.stringify({ client, ...said }));
}
