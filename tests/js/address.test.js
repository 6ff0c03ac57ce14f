// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createAddress } from "../../static/js/address.js";
import { DATA, LESSONS, RUNS, STUDIO, TABS, addressToUse } from "../../static/js/addresses.js";

/** A browser's history of one page. @param {string} first */
function visitsOf(first) {
  const entries = [`http://x${first}`];
  let at = 0;
  /** @type {() => void} */
  let moved = () => {};
  return {
    href: () => entries[at],
    push(/** @type {string} */ href) {
      entries.splice(at + 1, entries.length, `http://x${href}`);
      at += 1;
    },
    replace(/** @type {string} */ href) {
      entries[at] = `http://x${href}`;
    },
    onMove(/** @type {() => void} */ listener, /** @type {AbortSignal} */ signal) {
      moved = () => signal.aborted || listener();
    },
    /** What stands in the browser's bar. */
    shown: () => entries[at].slice("http://x".length),
    count: () => entries.length,
    go(/** @type {number} */ by) {
      at += by;
      moved();
    },
  };
}

test("the reader's choices can be taken back one by one, and made again", () => {
  const visits = visitsOf("/?lang=zh");
  const address = createAddress(STUDIO, visits);
  const heard = mock.fn();
  address.subscribe((now, before, how) => heard(now.run, now.tab, before.tab, how));
  address.choose({ run: "a 1" });
  address.choose({ tab: "map" });
  address.choose({ tab: "map" });
  assert.equal(visits.shown(), "/?lang=zh&run=a+1&tab=map");
  visits.go(-1);
  visits.go(-1);
  assert.equal(visits.shown(), "/?lang=zh");
  visits.go(2);
  assert.deepEqual(
    heard.mock.calls.map((call) => call.arguments),
    [
      ["a 1", "curves", "curves", "chosen"],
      ["a 1", "map", "curves", "chosen"],
      ["a 1", "curves", "map", "moved"],
      [null, "curves", "curves", "moved"],
      ["a 1", "map", "curves", "moved"],
    ],
  );
});

test("what belongs to a run ends with it, the tab stays", () => {
  const visits = visitsOf("/?run=a&tab=map&epoch=7&layer=2");
  const address = createAddress(STUDIO, visits);
  assert.equal(address.to({ run: "b" }), "/?run=b&tab=map");
  assert.equal(address.to({ run: "b", epoch: "best" }), "/?run=b&tab=map&epoch=best");
  address.choose({ epoch: 3 });
  assert.equal(visits.shown(), "/?run=a&tab=map&epoch=3&layer=2");
  address.choose({ run: null });
  assert.deepEqual(address.get(), { ...address.get(), epoch: "newest", layer: null, tab: "map" });
});

test("one state has one address, however it was reached", () => {
  const [one, other] = [visitsOf("/"), visitsOf("/")];
  const first = createAddress(STUDIO, one);
  first.choose({ run: "a" });
  first.choose({ epoch: 2 });
  first.choose({ tab: "test" });
  const second = createAddress(STUDIO, other);
  second.choose({ run: "a", tab: "test" });
  second.choose({ epoch: 2 });
  assert.equal(one.shown(), other.shown());
});

test("a correction makes no visit, and is heard", () => {
  const visits = visitsOf("/?run=a&epoch=7");
  const address = createAddress(STUDIO, visits);
  const heard = mock.fn();
  const stop = address.subscribe((now, _before, how) => heard(now.epoch, how));
  address.correct({ epoch: "newest" });
  stop();
  address.correct({ epoch: "best" });
  assert.deepEqual([visits.shown(), visits.count()], ["/?run=a&epoch=best", 1]);
  assert.deepEqual(
    heard.mock.calls.map((call) => call.arguments),
    [["newest", "corrected"]],
  );
});

test("a change that a listener makes is heard by all as the last one", () => {
  const address = createAddress(STUDIO, visitsOf("/?run=a"));
  const heard = mock.fn();
  address.subscribe(({ epoch }) => epoch === 7 && address.correct({ epoch: "newest" }));
  address.subscribe(({ epoch }) => heard(epoch));
  address.choose({ epoch: 7 });
  assert.equal(address.get().epoch, "newest");
  assert.equal(heard.mock.calls.at(-1)?.arguments[0], "newest");
});

test("what names nothing is as if it were not there, and goes out of the address", () => {
  const visits = visitsOf("/?run=a&tab=nonsense&epoch=-1&layer=two&method=pca&keep=1#foot");
  const address = createAddress(STUDIO, visits);
  const standard = { tab: TABS[0], epoch: "newest", layer: null, method: "pca" };
  assert.deepEqual(address.get(), { ...address.get(), run: "a", ...standard });
  assert.deepEqual(address.mend(), ["tab", "epoch", "layer"]);
  assert.equal(visits.shown(), "/?keep=1&run=a#foot");
  assert.deepEqual([address.mend(), visits.count()], [[], 1]);
});

test("what is typed at a stretch is one choice", () => {
  const visits = visitsOf("/runs");
  const address = createAddress(RUNS, visits);
  for (const q of ["a", "ad", "ada"]) address.choose({ q });
  assert.deepEqual([visits.shown(), visits.count()], ["/runs?q=ada", 2]);
  address.choose({ status: "failed" });
  address.choose({ q: "adam" });
  address.choose({ q: "" });
  assert.deepEqual([visits.shown(), visits.count()], ["/runs?status=failed", 4]);
  visits.go(-2);
  address.choose({ q: "sgd" });
  assert.deepEqual([visits.shown(), visits.count()], ["/runs?q=sgd", 3]);
});

test("the runs compared are named in their order, a lesson in the path", () => {
  const runs = visitsOf("/runs?compare=b,a");
  const compared = createAddress(RUNS, runs);
  assert.deepEqual(compared.get().compare, ["b", "a"]);
  compared.choose({ compare: ["a", "b", "c"] });
  assert.equal(runs.shown(), "/runs?compare=a,b,c");
  const visits = visitsOf("/lessons?lang=zh");
  const lesson = createAddress(LESSONS, visits);
  assert.equal(lesson.get().number, null);
  lesson.choose({ number: 3, size: "small", projector: true });
  assert.equal(visits.shown(), "/lessons/3?lang=zh&size=small&projector");
  assert.equal(lesson.to({ number: null, projector: false }), "/lessons?lang=zh&size=small");
  assert.equal(lesson.read("http://x/lessons/12?projector").projector, true);
});

test("a digit of a dataset is named, and moves at a stretch are one choice", () => {
  const visits = visitsOf("/data?dataset=mnist&part=test&label=7&at=12&lang=zh");
  const address = createAddress(DATA, visits);
  assert.deepEqual(address.get(), { dataset: "mnist", part: "test", label: 7, at: 12 });
  for (const at of [13, 14, 3]) address.choose({ at });
  assert.deepEqual(
    [visits.shown(), visits.count()],
    ["/data?lang=zh&dataset=mnist&part=test&label=7&at=3", 2],
  );
  const wrong = createAddress(DATA, visitsOf("/data?part=both&label=12&at=-5"));
  assert.deepEqual(wrong.get(), { dataset: "", part: "train", label: null, at: 0 });
});

test("a word that is obeyed once is gone from the address", () => {
  const visits = visitsOf(addressToUse("a"));
  const address = createAddress(STUDIO, visits);
  assert.deepEqual([address.take("use"), address.take("use")], ["settings", null]);
  assert.deepEqual([visits.shown(), visits.count()], ["/?run=a", 1]);
});

test("where the browser takes no more visits, the page goes on", (t) => {
  t.mock.method(console, "warn", () => {});
  const refused = () => {
    throw new Error("SecurityError");
  };
  const address = createAddress(STUDIO, { ...visitsOf("/"), push: refused, replace: refused });
  const heard = mock.fn();
  address.subscribe(heard);
  address.choose({ run: "a" });
  assert.equal(address.get().run, "a");
  assert.equal(heard.mock.callCount(), 1);
});

test("after its end the address hears of no move", () => {
  const visits = visitsOf("/");
  const address = createAddress(STUDIO, visits);
  const heard = mock.fn();
  address.choose({ run: "a" });
  address.subscribe(heard);
  address.dispose();
  visits.go(-1);
  assert.equal(heard.mock.callCount(), 0);
});
