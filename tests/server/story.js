// A story told by the official JavaScript client; prints one line for each step.
const skygear = require("skygear");
const assert = require("assert");
const [endPoint, apiKey] = process.argv.slice(2);
let steps = 0;
const step = (name, holds) => {
  assert.ok(holds, name);
  steps += 1;
  console.log(`ok ${steps} ${name}`);
};
const refused = async (code, promise) => {
  try {
    await promise;
  } catch (error) {
    return (error.error || error).code === code;
  }
  return false;
};

async function tell() {
  const container = skygear.default || skygear;
  await container.config({ endPoint, apiKey });
  const { auth, publicDB, privateDB, Query, Record } = container;
  const Note = Record.extend("note");
  const Cat = Record.extend("category");

  const ada = await auth.signupWithUsername("ada", "secret", { nick: "A" });
  step("sign up", ada.username === "ada" && ada.nick === "A");
  step("is logged in", auth.currentUser._id === ada._id && !!auth.accessToken);
  step("the name is taken", await refused(109, auth.signupWithUsername("ADA", "x")));
  await auth.logout();
  step("log out", auth.currentUser === null);
  step("a wrong password", await refused(105, auth.loginWithUsername("ada", "no")));
  step("an unknown name", await refused(110, auth.loginWithUsername("zoe", "no")));
  step("log in", (await auth.loginWithUsername("ada", "secret"))._id === ada._id);
  step("who am I", (await auth.whoami())._id === ada._id);
  await auth.changePassword("secret", "better");
  step("change the password", (await auth.whoami())._id === ada._id);

  const work = await publicDB.save(new Cat({ name: "Work" }));
  step("save", work.name === "Work" && ada._id.endsWith(work.ownerID));
  const due = new Date("2026-01-02T03:04:05.678Z");
  const note = new Note({
    title: "first", n: 1, done: false, tags: ["a", "b"], info: { k: [1, null] }, due,
    where: new container.Geolocation(22.3, 114.2), category: new container.Reference(work),
  });
  const saved = await publicDB.save(note);
  step("dates", saved.due.getTime() === due.getTime());
  step("places", saved.where.latitude === 22.3);
  step("references", saved.category.id === work.id);
  step("json", JSON.stringify(saved.info) === '{"k":[1,null]}');
  const many = [2, 3, 4].map((n) => new Note({ title: `note ${n}`, n }));
  const { savedRecords, errors } = await publicDB.save(many);
  step("save several", savedRecords.length === 3 && errors.every((e) => !e));
  const number = new Note({ no: new container.Sequence() });
  step("sequences", (await publicDB.save(number)).no === 5);
  saved.title = "changed";
  step("change", (await publicDB.save(saved)).title === "changed");
  const clash = new Note({ title: 5 });
  step("a conflict of types", await refused(114, publicDB.save(clash)));

  const ask = (change) => {
    const query = new Query(Note);
    change(query);
    return publicDB.query(query);
  };
  const count = async (change) => (await ask(change)).length;
  step("equal", (await count((q) => q.equalTo("title", "changed"))) === 1);
  step("greater", (await count((q) => q.greaterThan("n", 2))) === 2);
  step("not equal", (await count((q) => q.notEqualTo("n", 2))) === 3);
  step("like", (await count((q) => q.like("title", "note %"))) === 3);
  step("like, any case", (await count((q) => q.caseInsensitiveLike("title", "NOTE%"))) === 3);
  step("contains", (await count((q) => q.contains("n", [1, 2, 9]))) === 2);
  step("contains value", (await count((q) => q.containsValue("tags", "a"))) === 1);
  step("by a date", (await count((q) => q.equalTo("due", due))) === 1);
  step("by a reference", (await count((q) => q.equalTo("category", new container.Reference(work)))) === 1);
  const near = new container.Geolocation(22.3, 114.2);
  step("near", (await count((q) => q.distanceLessThan("where", near, 10))) === 1);
  const sorted = await ask((q) => { q.addDescending("n"); q.exists = 1; q.greaterThan("n", 0); });
  step("sorted", sorted.map((r) => r.n).join() === "4,3,2,1");
  const page = await ask((q) => { q.greaterThan("n", 0); q.addAscending("n"); q.limit = 2; q.page = 2; q.overallCount = true; });
  step("pages", page.map((r) => r.n).join() === "3,4");
  step("counts", page.overallCount === 4);
  const [included] = await ask((q) => { q.equalTo("n", 1); q.transientInclude("category"); });
  step("include", included.$transient.category.name === "Work");
  const either = Query.or(new Query(Note).equalTo("n", 1), new Query(Note).equalTo("n", 2));
  step("either", (await publicDB.query(either)).length === 2);

  const mine = new Note({ title: "mine" });
  mine.setPublicNoAccess();
  await publicDB.save(mine);
  await privateDB.save(new Note({ title: "diary" }));
  step("a private database", (await privateDB.query(new Query(Note))).length === 1);
  step("refer before deleting", await refused(113, publicDB.delete(work)));
  await publicDB.delete(many[0]);
  step("delete", (await count((q) => q.equalTo("n", 2))) === 0);

  await auth.logout();
  const bob = await auth.signupWithUsername("bob", "secret");
  step("another user", bob._id !== ada._id);
  step("sees no private note", (await count((q) => q.equalTo("title", "mine"))) === 0);
  step("has an empty database", (await privateDB.query(new Query(Note))).length === 0);
  await container.relation.add(new (container.relation.Following || container.Following)([ada]));
  step("follows", true);
  step("calls what is not there", await refused(117, container.lambda("no:such")));

  const heard = new Promise((resolve) => container.pubsub.on("news", resolve));
  container.pubsub.reconfigure();
  const saying = setInterval(() => container.pubsub.publish("news", { hello: "world" }), 300);
  step("publish and subscribe", (await heard).hello === "world");
  clearInterval(saying);
  container.pubsub.off("news");
}

tell().then(
  () => { console.log(`done ${steps}`); process.exit(0); },
  (error) => { console.error(error); process.exit(1); },
);
