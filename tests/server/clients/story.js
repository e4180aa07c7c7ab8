'use strict'
// The story of test_clients.py, told by the npm package skygear.

const assert = require('node:assert/strict')
const { createRequire } = require('node:module')
const { refused, step, tellAll } = require('./steps.js')

const { STORY_PACKAGES, STORY_ENDPOINT, STORY_KEY, STORY_MASTER_KEY } = process.env
const skygear = createRequire(STORY_PACKAGES)('skygear')
const { ACL, Asset, Geolocation, Query, Record, Reference, Role, Sequence } = skygear

const Author = Record.extend('author')
const Note = Record.extend('note')
const Paper = Record.extend('paper')
const User = Record.extend('user')
const HERE = new Geolocation(22.2855, 114.1577)
const [BOSS, EDITOR, READER] = ['boss', 'editor', 'reader'].map(Role.define)

const client = () => new skygear.constructor()
const [ada, bob, eve, master] = [client(), client(), client(), client()]
const know = {}
const keys = (records) => records.map((record) => record._id).sort()
const find = (who, type, build = (query) => query) =>
  who.publicDB.query(build(new Query(type)))
const save = (who, record) => who.publicDB.save(record)
const access = (change) => {
  const acl = new ACL([])
  change(acl)
  return acl
}
const paper = (id, acl) => {
  const made = new Paper({ _id: `paper/${id}`, text: id })
  made.setAccess(acl)
  return save(ada, made)
}

step('sign up with a username', async () => {
  const user = await ada.auth.signupWithUsername('ada', 'secret', { town: 'London' })
  know.ada = user._id
  assert.deepEqual([user.username, user.town], ['ada', 'London'])
})
step('sign up with an email address', async () => {
  const user = await bob.auth.signupWithEmail('bob@example.com', 'secret')
  know.bob = user._id
  assert.equal(user.email, 'bob@example.com')
})
step('sign up without a name', async () => {
  know.eve = (await eve.auth.signupAnonymously())._id
  assert.ok(eve.auth.accessToken)
})
step('a taken name is refused', () =>
  refused(109, client().config(know.options).then((c) =>
    c.auth.signupWithUsername('ADA', 'other'))))
step('ask who one is', async () => {
  assert.equal((await ada.auth.whoami())._id, know.ada)
  assert.equal(ada.auth.currentUser.username, 'ada')
})
step('log out', async () => {
  know.token = bob.auth.accessToken
  await bob.auth.logout()
  assert.deepEqual([bob.auth.accessToken, bob.auth.currentUser], [null, null])
})
step('nobody may save', () => refused(101, save(bob, new Note({ title: 'x' }))))
step('a session that ended is refused', async () => {
  await bob.auth._setAccessToken(know.token)
  await refused(104, bob.auth.whoami())
})
step('a wrong password is refused', () =>
  refused(105, bob.auth.loginWithEmail('bob@example.com', 'wrong')))
step('a user who does not exist is refused', () =>
  refused(110, bob.auth.loginWithUsername('nobody', 'secret')))
step('a wrong key is refused', async () => {
  const other = await client().config({ ...know.options, apiKey: 'wrong' })
  await refused(103, other.auth.loginWithUsername('ada', 'secret'))
})
step('log in', async () => {
  const user = await bob.auth.loginWithEmail('bob@example.com', 'secret')
  assert.equal(user._id, know.bob)
})
step('change the password', async () => {
  await refused(105, ada.auth.changePassword('wrong', 'better'))
  await ada.auth.changePassword('secret', 'better')
  assert.equal((await ada.auth.loginWithUsername('ada', 'better'))._id, know.ada)
})
step('reset a password', async () => {
  await master.auth.adminResetPassword(know.bob, 'new')
  await bob.auth.loginWithEmail('bob@example.com', 'new')
})
step('a disabled user may not log in', async () => {
  await master.auth.adminDisableUser(know.bob, 'be patient')
  await refused(127, bob.auth.loginWithEmail('bob@example.com', 'new'))
  await master.auth.adminEnableUser(know.bob)
  await bob.auth.loginWithEmail('bob@example.com', 'new')
})

step('make a record type', async () => {
  const fields = [{ name: 'nam', type: 'string' }, { name: 'age', type: 'integer' }]
  const record_types = { author: { fields } }
  const { result } = await master.makeRequest('schema:create', { record_types })
  assert.deepEqual(result.record_types.author.fields.map((f) => f.name), ['age', 'nam'])
})
step('rename a field', async () => {
  const asked = { record_type: 'author', item_name: 'nam', new_name: 'name' }
  const { result } = await master.makeRequest('schema:rename', asked)
  assert.deepEqual(result.record_types.author.fields[1].name, 'name')
})
step('delete a field', async () => {
  const asked = { record_type: 'author', item_name: 'age' }
  await master.makeRequest('schema:delete', asked)
  const { result } = await master.makeRequest('schema:fetch', {})
  assert.deepEqual(result.record_types.author.fields, [{ name: 'name', type: 'string' }])
})

step('save values of every type', async () => {
  await save(ada, new Author({ _id: 'author/ann', name: 'Ann' }))
  await save(ada, new Author({ _id: 'author/ben', name: 'Ben' }))
  know.values = {
    text: 'naïve ☃', whole: 7, part: 2.5, yes: true, no: false, here: HERE,
    list: [1, 'two', null], map: { a: { b: [1] } }, author: new Reference('author/ann'),
    at: new Date('2026-01-02T03:04:05.678Z')
  }
  const saved = await save(ada, new Record('value', { _id: 'value/v1', ...know.values }))
  assert.deepEqual([saved.ownerID, saved.createdBy], [know.ada, know.ada])
})
step('read values of every type', async () => {
  const found = await ada.publicDB.getRecordByID('value/v1')
  for (const [name, value] of Object.entries(know.values)) {
    assert.deepEqual(found[name], value, name)
  }
})
step('an update keeps what is not sent', async () => {
  await save(ada, new Record('value', { _id: 'value/v1', whole: 8 }))
  const found = await ada.publicDB.getRecordByID('value/v1')
  assert.deepEqual([found.whole, found.text], [8, 'naïve ☃'])
})
step('a field is emptied', async () => {
  await save(ada, new Record('value', { _id: 'value/v1', part: null }))
  assert.ok(!('part' in (await ada.publicDB.getRecordByID('value/v1'))))
})
step('a value of another type is refused', () =>
  refused(114, save(ada, new Record('value', { whole: 'seven' }))))
step('records are numbered', async () => {
  const numbers = []
  for (const [id, no] of [['i1', new Sequence()], ['i2', 41], ['i3', new Sequence()]]) {
    numbers.push((await save(ada, new Record('issue', { _id: `issue/${id}`, no }))).no)
  }
  assert.deepEqual(numbers, [1, 41, 42])
})
step('a number twice is refused', () =>
  refused(109, save(ada, new Record('issue', { no: 41 }))))
step('some of a batch fail', async () => {
  const theirs = new Author({ _id: 'author/ann', name: 'Anna' })
  const locked = await paper('locked', access(() => {}))
  const { savedRecords, errors } = await bob.publicDB.save([theirs, locked])
  assert.deepEqual([savedRecords[0].name, errors[1].code], ['Anna', 102])
})
step('an atomic batch is whole or nothing', async () => {
  const theirs = new Author({ _id: 'author/ann', name: 'Nobody' })
  const batch = [theirs, new Paper({ _id: 'paper/locked', text: 'mine' })]
  await refused(115, bob.publicDB.save(batch, { atomic: true }))
  assert.equal((await ada.publicDB.getRecordByID('author/ann')).name, 'Anna')
})

step('save what is searched', async () => {
  const ref = (id) => new Reference(`author/${id}`)
  const rows = {
    n1: { title: 'alpha', tags: ['a', 'b'], where: HERE, author: ref('ann') },
    n2: { title: 'Beta', tags: ['b'], where: new Geolocation(22.3, 114.17),
      author: ref('ben') },
    n3: { title: 'gamma', tags: ['c'], where: new Geolocation(35.68, 139.69) },
    n4: { title: 'delta' },
    n5: { title: '50%', author: ref('ann') }
  }
  const at = (day) => new Date(Date.UTC(2026, 0, day))
  const notes = Object.entries(rows).map(([id, row], i) =>
    new Note({ ...row, _id: `note/${id}`, n: i + 1, at: at(i + 1) }))
  const { errors } = await ada.publicDB.save(notes)
  assert.deepEqual(errors.filter(Boolean), [])
})
const q = () => new Query(Note)
const ann = new Reference('author/ann')
const searches = {
  'equal to': [q().equalTo('title', 'Beta'), '2'],
  'not equal to': [q().notEqualTo('n', 1), '2345'],
  'greater than': [q().greaterThan('n', 3), '45'],
  'greater than or equal to': [q().greaterThanOrEqualTo('n', 4), '45'],
  'less than': [q().lessThan('n', 2), '1'],
  'less than or equal to': [q().lessThanOrEqualTo('n', 2), '12'],
  'before a time': [q().lessThan('at', new Date('2026-01-02T12:00:00Z')), '12'],
  like: [q().like('title', '%lpha'), '1'],
  'not like': [q().notLike('title', '%a'), '5'],
  'like in any case': [q().caseInsensitiveLike('title', 'b%'), '2'],
  'one of': [q().contains('n', [1, 3]), '13'],
  'none of': [q().notContains('n', [1, 3]), '245'],
  'a list with': [q().containsValue('tags', 'b'), '12'],
  'a list without': [q().notContainsValue('tags', 'b'), '3'],
  and: [Query.and(q().greaterThan('n', 1), q().lessThan('n', 4)), '23'],
  or: [Query.or(q().equalTo('n', 1), q().equalTo('title', 'gamma')), '13'],
  not: [Query.not(q().greaterThan('n', 2)), '12'],
  nothing: [q().equalTo('author', null), '34'],
  'a reference': [q().equalTo('author', ann), '15'],
  'a field of a reference': [q().equalTo('author.name', 'Ben'), '2'],
  'nearer than': [q().distanceLessThan('where', HERE, 5000), '12'],
  'farther than': [q().distanceGreaterThan('where', HERE, 1000000), '3']
}
for (const [name, [query, found]] of Object.entries(searches)) {
  step(`search: ${name}`, async () => {
    const wanted = [...found].map((number) => `n${number}`)
    assert.deepEqual(keys(await ada.publicDB.query(query)), wanted)
  })
}
step('sort', async () => {
  const found = await find(ada, Note, (query) => query.addDescending('n'))
  assert.deepEqual(found.map((note) => note.n), [5, 4, 3, 2, 1])
})
step('sort by distance', async () => {
  const found = await find(ada, Note, (query) =>
    query.lessThan('n', 4).addDescendingByDistance('where', HERE))
  assert.deepEqual(found.map((note) => note.n), [3, 2, 1])
})
step('page by page', async () => {
  const query = q().addAscending('n')
  Object.assign(query, { limit: 2, page: 2 })
  assert.deepEqual(keys(await ada.publicDB.query(query)), ['n3', 'n4'])
})
step('count', async () => {
  const query = q().greaterThan('n', 1)
  Object.assign(query, { limit: 1, overallCount: true })
  const found = await ada.publicDB.query(query)
  assert.deepEqual([found.length, found.overallCount], [1, 4])
})
step('include what is referenced', async () => {
  const [note, none] = await find(ada, Note, (query) =>
    query.contains('n', [2, 3]).addAscending('n').transientInclude('author'))
  assert.equal(note.$transient.author.name, 'Ben')
  assert.equal(none.$transient.author, null)
})
step('include the distance', async () => {
  const [note] = await find(ada, Note, (query) =>
    query.equalTo('n', 2).transientIncludeDistance('where', 'far', HERE))
  assert.ok(note.$transient.far > 1500 && note.$transient.far < 2500)
})
const remove = (record) => ada.publicDB.delete(record)
step('what is referenced cannot be deleted', () =>
  refused(113, remove(new Author({ _id: 'author/ann' }))))
step('delete', async () => {
  await remove(new Note({ _id: 'note/n5' }))
  await refused(110, remove(new Note({ _id: 'note/n5' })))
})

step('a record of nobody else', async () => {
  await paper('secret', access(() => {}))
  assert.deepEqual(keys(await find(bob, Paper)), [])
  assert.deepEqual(keys(await find(ada, Paper)), ['locked', 'secret'])
})
step('a record that everybody reads', async () => {
  const shown = await paper('shown', access((acl) => acl.setPublicReadOnly()))
  assert.deepEqual(keys(await find(bob, Paper)), ['shown'])
  await refused(102, save(bob, shown))
})
step('a record that everybody writes', async () => {
  const wall = await paper('wall', access((acl) => acl.setPublicReadWriteAccess()))
  wall.text = 'bob was here'
  assert.equal((await save(bob, wall)).text, 'bob was here')
})
step('a record for one user', async () => {
  const user = new User({ _id: `user/${know.bob}` })
  const letter = await paper('letter', access((acl) => acl.setReadOnlyForUser(user)))
  assert.ok(keys(await find(bob, Paper)).includes('letter'))
  assert.ok(!keys(await find(eve, Paper)).includes('letter'))
  await refused(102, save(bob, letter))
})
step('a record for a role', async () => {
  await paper('draft', access((acl) => acl.setReadWriteAccessForRole(EDITOR)))
  assert.ok(!keys(await find(bob, Paper)).includes('draft'))
})
step('assign a role', async () => {
  await master.auth.setAdminRole([BOSS])
  await refused(102, ada.auth.assignUserRole([know.bob], [EDITOR]))
  await master.auth.assignUserRole([know.ada], [BOSS])
  await ada.auth.assignUserRole([know.bob], [EDITOR])
  assert.ok(keys(await find(bob, Paper)).includes('draft'))
})
step('fetch roles', async () => {
  const found = await ada.auth.fetchUserRole([know.ada, know.bob])
  assert.deepEqual(found, { [know.ada]: [BOSS], [know.bob]: [EDITOR] })
})
step('revoke a role', async () => {
  await ada.auth.revokeUserRole([know.bob], [EDITOR])
  assert.ok(!keys(await find(bob, Paper)).includes('draft'))
})
step('roles by default', async () => {
  await master.auth.setDefaultRole([READER])
  const user = await eve.auth.signupWithUsername('eve', 'secret')
  const found = await master.auth.fetchUserRole([user])
  assert.deepEqual(found, { [user._id]: [READER] })
})
step('only a role may create', async () => {
  await master.publicDB.setRecordCreateAccess(Record.extend('law'), [BOSS])
  await refused(102, save(bob, new Record('law', { text: 'x' })))
  await save(ada, new Record('law', { _id: 'law/l1', text: 'x' }))
})
step('access by default', async () => {
  const acl = access((made) => made.setReadOnlyForRole(READER))
  await master.publicDB.setRecordDefaultAccess(Record.extend('news'), acl)
  await save(ada, new Record('news', { _id: 'news/n1', text: 'x' }))
  assert.deepEqual(keys(await find(eve, Record.extend('news'))), ['n1'])
  assert.deepEqual(keys(await find(bob, Record.extend('news'))), [])
})

step('upload a file', async () => {
  const file = Buffer.from('Hello, file!')
  const photo = new Asset({ name: 'hello.txt', file, contentType: 'text/plain' })
  await save(ada, new Record('album', { _id: 'album/a1', photo }))
  const found = await ada.publicDB.getRecordByID('album/a1')
  know.url = found.photo.url
  assert.match(found.photo.name, /^[-0-9a-f]{36}-hello\.txt$/)
})
step('download a file', async () => {
  const response = await fetch(know.url)
  assert.equal(response.headers.get('content-type'), 'text/plain')
  assert.equal(await response.text(), 'Hello, file!')
})
step('a file without its signature is refused', async () => {
  assert.equal((await fetch(know.url.split('?')[0])).status, 400)
})
step('a private database', async () => {
  const diary = new Record('diary', { _id: 'diary/d1', text: 'dear diary' })
  await ada.privateDB.save(diary)
  const query = new Query(Record.extend('diary'))
  assert.deepEqual(keys(await ada.privateDB.query(query)), ['d1'])
  assert.deepEqual(keys(await bob.privateDB.query(query)), [])
  assert.deepEqual(keys(await ada.publicDB.query(query)), [])
})

step('follow', async () => {
  const added = await ada.relation.add(new ada.Following([{ _id: know.bob }, { _id: 'x' }]))
  assert.deepEqual([keys(added.success), added.fails.length], [[know.bob], 1])
})
step('who follows whom', async () => {
  assert.deepEqual(keys(await ada.relation.queryFollowing()), [know.bob])
  assert.deepEqual(keys(await bob.relation.queryFollower()), [know.ada])
  assert.equal((await bob.relation.queryFollowing()).overallCount, 0)
})
step('friends', async () => {
  await ada.relation.add(new ada.Friend([{ _id: know.bob }]))
  assert.deepEqual(keys(await ada.relation.queryFriend()), [])
  await bob.relation.add(new bob.Friend([{ _id: know.ada }]))
  assert.deepEqual(keys(await ada.relation.queryFriend()), [know.bob])
})
step('search: of whom one follows', async () => {
  await save(bob, new Note({ _id: 'note/b1', title: "bob's" }))
  const follow = (query) => query.havingRelation('_owner', ada.Following)
  assert.deepEqual(keys(await find(ada, Note, follow)), ['b1'])
})
step('unfollow', async () => {
  const parted = await ada.relation.remove(new ada.Following([{ _id: know.bob }]))
  assert.deepEqual(parted.success, [know.bob])
  assert.deepEqual(keys(await ada.relation.queryFollowing()), [])
})

step('register a device', async () => {
  know.device = await ada.push.registerDevice('token-1', 'android', 'com.example')
  assert.equal(await ada.push.registerDevice('token-2', 'android'), know.device)
})
step('push', async () => {
  const toUser = { gcm: { collapse_key: 'user' } }
  assert.deepEqual(await ada.push.sendToUser(know.ada, toUser), [{ _id: know.ada }])
  const toDevice = { gcm: { collapse_key: 'device' } }
  const found = await ada.push.sendToDevice(know.device, toDevice)
  assert.deepEqual(found, [{ _id: know.device }])
})
step('unregister a device', async () => {
  await ada.push.unregisterDevice()
  await refused(110, bob.makeRequest('device:unregister', { id: 'nowhere' }))
})

step('publish to a subscriber', async () => {
  const [mine, theirs] = [bob.pubsub.once('news'), bob.pubsub.once('gossip')]
  // what bob publishes comes after what bob subscribed to
  bob.pubsub.publish('gossip', {})
  await theirs
  ada.pubsub.publish('news', { text: 'naïve ☃', n: [1] })
  assert.deepEqual(await mine, { text: 'naïve ☃', n: [1] })
})
step('unsubscribe', async () => {
  const said = []
  bob.pubsub.on('a', (data) => said.push(data.n))
  bob.pubsub.publish('a', { n: 1 })
  bob.pubsub.off('a')
  bob.pubsub.publish('a', { n: 2 })
  const last = bob.pubsub.once('b')
  bob.pubsub.publish('b', {})
  await last
  assert.deepEqual(said.filter((n) => n !== 1), [])
})

const main = async () => {
  know.options = { endPoint: STORY_ENDPOINT, apiKey: STORY_KEY }
  for (const who of [ada, bob, eve]) await who.config(know.options)
  await master.config({ ...know.options, apiKey: STORY_MASTER_KEY })
  await tellAll()
  process.exit(0)
}
main()
