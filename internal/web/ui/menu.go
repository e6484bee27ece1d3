package ui

import (
	"cmp"
	"context"
	"slices"

	"github.com/a-h/templ"

	"khadamat/internal/account"
)

// menuLink is a page that a signed-in reader comes back to.
type menuLink struct {
	path, key, icon    string
	short              string // the key of its name in the tab bar, where the usual one is too long for it
	inHeader, inTabbar bool
}

func (l menuLink) tabKey() string { return cmp.Or(l.short, l.key) }

var customerMenu = []menuLink{
	{path: "", key: "web.home", icon: "home", inTabbar: true},
	{path: "/search", key: "web.search", icon: "search", inTabbar: true},
	{path: "/bookings", key: "web.my_bookings", short: "web.bookings_short", icon: "calendar", inHeader: true, inTabbar: true},
	{path: "/quotes", key: "web.my_quotes", short: "web.quotes_short", icon: "list", inHeader: true, inTabbar: true},
	{path: "/favourites", key: "web.favourites", icon: "heart", inTabbar: true},
	{path: "/reviews", key: "web.my_reviews", icon: "star"},
	{path: "/disputes", key: "web.my_disputes", icon: "scale"},
	{path: "/account", key: "web.my_account", icon: "user"},
}

var providerMenu = []menuLink{
	{path: "/provider/day", key: "web.my_day", icon: "sun", inHeader: true, inTabbar: true},
	{path: "/provider/requests", key: "web.requests", icon: "inbox", inHeader: true, inTabbar: true},
	{path: "/provider/calendar", key: "web.my_calendar", icon: "calendar", inHeader: true, inTabbar: true},
	{path: "/provider/quotes", key: "web.jobs", icon: "list", inHeader: true, inTabbar: true},
	{path: "/provider/more", key: "web.more", icon: "more", inTabbar: true},
	{path: "/provider/statistics", key: "web.statistics", icon: "chart"},
	{path: "/provider/reviews", key: "web.my_reviews", icon: "star"},
	{path: "/provider/services", key: "web.my_services", icon: "wallet"},
	{path: "/provider/hours", key: "web.my_hours", icon: "clock"},
	{path: "/provider/profile", key: "web.my_profile", icon: "shop"},
	{path: "/bookings", key: "web.my_bookings", icon: "home"},
	{path: "/disputes", key: "web.my_disputes", icon: "scale"},
	{path: "/account", key: "web.my_account", icon: "user"},
}

var operatorMenu = []menuLink{
	{path: "/admin", key: "web.dashboard", short: "web.overview", icon: "chart", inHeader: true, inTabbar: true},
	{path: "/admin/people", key: "web.people", icon: "user", inHeader: true, inTabbar: true},
	{path: "/admin/providers", key: "web.providers", icon: "shop", inHeader: true, inTabbar: true},
	{path: "/admin/disputes", key: "web.disputes", icon: "scale", inHeader: true, inTabbar: true},
	{path: "/account", key: "web.my_account", icon: "user", inTabbar: true},
}

// financeMenu is that of those who watch over the house's money and reconcile.
var financeMenu = []menuLink{
	{path: "/finance", key: "finance.nav.name", icon: "shield", inHeader: true, inTabbar: true},
	{path: "/finance/cases", key: "finance.nav.cases", icon: "inbox", inHeader: true, inTabbar: true},
	{path: "/recon", key: "recon_pages.nav.name", short: "recon_pages.nav.projects", icon: "scale", inHeader: true, inTabbar: true},
	{path: "/recon/new", key: "recon_pages.nav.new", short: "recon_pages.nav.new_short", icon: "plus", inTabbar: true},
	{path: "/recon/analytics", key: "recon_pages.nav.analytics", icon: "chart", inHeader: true},
	{path: "/account", key: "web.my_account", icon: "user", inTabbar: true},
}

// adminMenu is the operator's, and leads to the money and the reconciliations too.
var adminMenu = slices.Insert(slices.Clone(operatorMenu), len(operatorMenu)-1,
	menuLink{path: "/finance", key: "finance.nav.name", icon: "shield"}, menuLink{path: "/recon", key: "recon_pages.nav.name", icon: "list"})

func menuOf(request *Request) []menuLink {
	switch request.Actor.Role {
	case account.Provider:
		return providerMenu
	case account.Moderator:
		return operatorMenu
	case account.Admin:
		return adminMenu
	case account.Finance, account.Reviewer:
		return financeMenu
	}
	return customerMenu
}

// current marks the link to the page that the reader is on, or to the section that it belongs to.
func current(request *Request, path string) templ.Attributes {
	switch path {
	case "":
		return currentIf(request.Home())
	case "/admin": // what lies below it has entries of its own
		own, ok := request.own()
		return currentIf(ok && own == path)
	case "/finance":
		return currentIf(request.Under(path) && !request.Under("/finance/cases"))
	case "/recon":
		return currentIf(request.Under(path) && !request.Under("/recon/new") && !request.Under("/recon/analytics"))
	}
	return currentIf(request.Under(path))
}

func currentIf(yes bool) templ.Attributes {
	if !yes {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// signInPath leads back to this page after signing in, but not back to the pages about signing in.
func signInPath(ctx context.Context) string {
	request := From(ctx)
	for _, page := range []string{"/sign-in", "/sign-up", "/forgotten-password", "/reset-password", "/verify-email"} {
		if request.Under(page) {
			return Path(ctx, "/sign-in")
		}
	}
	if request.Home() {
		return Path(ctx, "/sign-in")
	}
	return PathWith(ctx, "/sign-in", "next", request.Here())
}
