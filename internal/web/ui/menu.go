package ui

import (
	"context"

	"github.com/a-h/templ"

	"khadamat/internal/account"
)

// menuLink is a page that a signed-in reader comes back to.
type menuLink struct {
	path, key, icon    string
	inHeader, inTabbar bool
}

var customerMenu = []menuLink{
	{path: "", key: "web.home", icon: "home", inTabbar: true},
	{path: "/search", key: "web.search", icon: "search", inTabbar: true},
	{path: "/bookings", key: "web.my_bookings", icon: "calendar", inHeader: true, inTabbar: true},
}

var providerMenu = []menuLink{
	{path: "/provider/requests", key: "web.requests", icon: "inbox", inHeader: true, inTabbar: true},
	{path: "/provider/day", key: "web.my_day", icon: "sun", inHeader: true, inTabbar: true},
	{path: "/bookings", key: "web.my_bookings", icon: "calendar", inTabbar: true},
	{path: "/provider/services", key: "web.my_services", icon: "list"},
	{path: "/provider/hours", key: "web.my_hours", icon: "clock"},
	{path: "/provider/profile", key: "web.my_profile", icon: "user", inTabbar: true},
}

func menuOf(request *Request) []menuLink {
	if request.Actor.Role == account.Provider {
		return providerMenu
	}
	return customerMenu
}

// current marks the link to the page that the reader is on, or to the section that it belongs to.
func current(request *Request, path string) templ.Attributes {
	if path == "" {
		return currentIf(request.Home())
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
