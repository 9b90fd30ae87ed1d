import { type Conversation, type Credentials, prepared } from './mechanism.ts';

/** RFC 4616. The other side learns the password, and proves nothing: only for roads that nobody else can read. */
export async function* plain({ name, password }: Credentials): Conversation {
  yield Buffer.from(`\0${prepared(name)}\0${prepared(password)}`);
  return null;
}
