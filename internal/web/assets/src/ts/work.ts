// What the pages need on which people work: providers, operators, and everybody with their settings. It comes beside app.ts.
import "./calendar-board";
import "./copy-line";
import "./refund-slider";
import "./time-left";
import "./passkey-add";
import "./recon-files";
import "./recon-palette";
import "./recon-rail";
import "./recon-rules";
import "./recon-run";
import "./recon-live";
import "./recon-match";
import "./recon-queue";
import "./row-keys";
import "./proof-run";
