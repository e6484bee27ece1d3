// What HTML cannot do by itself. Every page does its main work without this file.
import "./booking-price";
import "./favourite-heart";
import "./dialogs";
import "./live-updates";
import "./local-time";
import "./menus";
import "./message-thread";
import "./notification-bell";
import "./passkey-sign-in";
import "./photo-input";
import "./near-me";
import "./search-filters";
import "./search-suggest";
import "./swap";
import "./submit-once";
