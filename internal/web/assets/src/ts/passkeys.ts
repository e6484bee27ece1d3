// What both scripts about passkeys need: browsers speak of bytes, and JSON of text.

interface Ceremony {
  challenge: string;
  options: any; // as the server has it; the members named below become bytes
}

const bytes = (text: string) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer: ArrayBuffer | null) =>
  buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : undefined;

/** Whether this browser knows passkeys at all. */
export const possible = () => "PublicKeyCredential" in window;

/** Asks the server what to ask the device, asks the device, and sends the form with what it answered. */
export async function perform(form: HTMLFormElement, source: string, make: boolean): Promise<string | undefined> {
  const asked = await fetch(source, { method: "POST", body: new URLSearchParams(new FormData(form) as any) });
  const ceremony = (await asked.json()) as Ceremony & { problem?: string };
  if (!asked.ok) return ceremony.problem ?? "";
  const publicKey = ceremony.options;
  publicKey.challenge = bytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) known.id = bytes(known.id);
  const found = (await (make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }))) as PublicKeyCredential;
  const response = found.response as any;
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
  field("challenge").value = ceremony.challenge;
  field("credential").value = JSON.stringify({
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    clientExtensionResults: found.getClientExtensionResults(),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
      transports: response.getTransports?.(),
    },
  });
  form.submit();
  return undefined;
}
