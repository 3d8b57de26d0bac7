// A strict reader of the registry: whatever is not as the contract has it is an error.
//
// It follows the contract's samples, field by field and type by type. Only what is documented as
// beyond them may be there, too. It is told by its environment: REGISTRY_URL (up to `/chats`), TOKEN.
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { z } from 'zod';

const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const id = z.uuidv4();

const Title = z.strictObject({ value: z.string(), contentType: z.string(), capturedAt: timestamp });

const Participation = z.strictObject({
  isActive: z.boolean(),
  joinedAt: timestamp,
  invitedBy: id.optional(),
  // Beyond the sample: when a stay ended.
  leftAt: timestamp.optional(),
});

const Participant = z.strictObject({
  id,
  userProperties: z.strictObject({
    firstname: z.string().optional(),
    username: z.string().optional(),
    // Beyond the sample.
    lastname: z.string().optional(),
  }),
  participations: z.array(Participation).min(1),
});

const Chat = z.strictObject({
  id,
  isActive: z.boolean(),
  service: z.string().max(255),
  registeredAt: timestamp,
  createdBy: z.string().max(50).optional(),
  title: z.array(Title),
  participants: z.array(Participant),
  // Beyond the sample: what was said when it was registered.
  description: z.string().max(255).optional(),
});
type Chat = z.infer<typeof Chat>;

const ChatList = z.strictObject({
  records: z.array(Chat),
  _metadata: z.strictObject({
    currentPage: z.int(),
    totalPages: z.int(),
    pageSize: z.int(),
    totalRecords: z.int(),
  }),
  // Beyond the sample: "a list of resources to make the paged calls".
  _links: z.strictObject({
    self: z.string(),
    first: z.string(),
    prev: z.string().optional(),
    next: z.string().optional(),
    last: z.string(),
  }),
});
type ChatList = z.infer<typeof ChatList>;

const Accepted = z.strictObject({ id });
const Invitation = z.strictObject({ service: z.string(), invitation: z.string() });

interface NewChat {
  title: string;
  createdBy?: string;
  description?: string;
}

class Registry {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async ask(method: string, path: string, body?: NewChat): Promise<[number, unknown]> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.token}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await fetch(this.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return [answer.status, await answer.json()];
  }

  async expect(status: number, method: string, path: string, body?: NewChat): Promise<unknown> {
    const [got, answer] = await this.ask(method, path, body);
    strictEqual(got, status, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  async register(chat: NewChat): Promise<string> {
    return Accepted.parse(await this.expect(202, 'POST', '/chats', chat)).id;
  }

  async detail(chat: string): Promise<Chat> {
    return Chat.parse(await this.expect(200, 'GET', `/chats/${chat}`));
  }

  async page(query: string): Promise<ChatList> {
    return ChatList.parse(await this.expect(200, 'GET', `/chats/${query}`));
  }
}

function needed(name: string): string {
  const value = process.env[name];
  ok(value, `${name} is not set`);
  return value;
}

const registry = new Registry(needed('REGISTRY_URL'), needed('TOKEN'));
const chat: NewChat = { title: 'Chat día 11', createdBy: 'reader', description: 'by a strict reader' };
const registered = await registry.register(chat);
const shown = await registry.detail(registered);
deepStrictEqual([shown.title[0]?.value, shown.createdBy, shown.description], Object.values(chat));

const chats: Chat[] = [];
for (let number = 0; ; number += 1) {
  const page = await registry.page(`?page=${number}&size=3&sort=title,asc`);
  strictEqual(page._metadata.currentPage, number);
  if (page.records.length === 0) {
    strictEqual(page._metadata.totalPages, number);
    strictEqual(page._metadata.totalRecords, chats.length);
    break;
  }
  chats.push(...page.records);
}
const linked: Chat[] = [];
for (let page = await registry.page('?size=3&sort=title,asc'); ; ) {
  linked.push(...page.records);
  if (page._links.next === undefined) break;
  page = await registry.page(page._links.next.replace(/^.*\/chats\/?/, ''));
}
deepStrictEqual(linked, chats);
for (const chat of chats) deepStrictEqual(await registry.detail(chat.id), chat);

const people = chats.flatMap((chat) => chat.participants.map((person) => ({ chat, person })));
ok(people.length > 0, 'nobody is in any chat');
for (const chat of chats) {
  const [status, answer] = await registry.ask('GET', `/chats/${chat.id}/invitation`);
  if (status === 200) strictEqual(Invitation.parse(answer).service, chat.service);
  else strictEqual(status, 404);
}
const [first] = people;
ok(first);
const path = `/chats/${first.chat.id}/participants/${first.person.id}`;
strictEqual(Accepted.parse(await registry.expect(202, 'DELETE', path)).id, first.chat.id);
console.log(`read ${chats.length} chats with ${people.length} participants`);
