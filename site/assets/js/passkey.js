import { Component } from "govuk-frontend/dist/govuk/component.mjs";

/** Bytes from the text in which they travel. */
function toBytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** The text in which bytes travel. */
function toText(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withBytes(options) {
  const ready = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: toBytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) ready[list] = options[list].map((each) => ({ ...each, id: toBytes(each.id) }));
  }
  return ready;
}

/** What the browser made, as the server reads it. */
function asJson(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

/** A form that a passkey fills in: it signs in, proves who somebody is, or makes a new passkey. */
export class Passkey extends Component {
  static moduleName = "passkey";

  constructor(root) {
    super(root);
    const works = Boolean(window.PublicKeyCredential && navigator.credentials);
    this.$root.querySelector("[data-passkey-works]").hidden = !works;
    const instead = this.$root.querySelector("[data-passkey-instead]");
    if (instead) instead.hidden = works;
    if (works) this.$root.addEventListener("submit", (event) => this.ask(event));
  }

  async ask(event) {
    event.preventDefault();
    const problem = this.$root.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
      const credential = await this.credential(await this.options());
      this.$root.elements.credential.value = JSON.stringify(asJson(credential));
      for (const answer of this.$root.querySelectorAll("[data-passkey-same-as]")) {
        answer.value = document.getElementById(answer.dataset.passkeySameAs).checked ? "on" : "";
      }
      // Not requestSubmit: that would come back here.
      HTMLFormElement.prototype.submit.call(this.$root);
    } catch {
      // Turned down by the person, timed out, or no such passkey: the browser does not say which.
      problem.hidden = false;
      problem.focus();
    }
  }

  async options() {
    const { optionsUrl, options } = this.$root.dataset;
    if (!optionsUrl) return JSON.parse(document.getElementById(options).textContent);
    const response = await fetch(optionsUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("The server gave no options.");
    return response.json();
  }

  credential({ creation_options: creation, request_options: request }) {
    if (request) return navigator.credentials.get({ publicKey: withBytes(request.publicKey) });
    const publicKey = withBytes(creation.publicKey);
    // Kept on the device, so that it is found at the sign-in page without a name being typed.
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
    return navigator.credentials.create({ publicKey });
  }
}
