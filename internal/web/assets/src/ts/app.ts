// What HTML cannot do by itself. Every page does its main work without this file.
import "./booking-price";
import "./live-updates";
import "./local-time";
import "./menus";
import "./search-filters";
import "./search-suggest";
import "./swap";
import "./submit-once";
