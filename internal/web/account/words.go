package account

import (
	"context"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/web/ui"
)

// zone is the one that pages about accounts tell days in.
var zone = ui.Zone("Africa/Casablanca")

func toSecurity(ctx context.Context) ui.Crumb {
	return ui.Crumb{Href: ui.Path(ctx, "/account/security"), Label: ui.T(ctx, "account_pages.security.title")}
}

func factorState(ctx context.Context, factor account.SecondFactor) string {
	if factor.On {
		return ui.T(ctx, "account_pages.factor.state_on")
	}
	return ui.T(ctx, "account_pages.factor.state_off")
}

func emailState(ctx context.Context, reader account.Account, pending string) string {
	if pending != "" {
		return ui.T(ctx, "account_pages.change_email.waiting", "Email", isolated(pending))
	}
	return isolated(reader.Email)
}

// usedText says since when something is there, and when it was last of use.
func usedText(ctx context.Context, createdAt, usedAt time.Time) string {
	created := ui.Date(ctx, createdAt, zone)
	if usedAt.IsZero() {
		return ui.T(ctx, "account_pages.never_used", "Date", created)
	}
	return ui.T(ctx, "account_pages.last_used", "Date", created, "When", ui.Relative(ctx, usedAt))
}

func expiryText(ctx context.Context, at time.Time) string {
	if at.IsZero() {
		return ui.T(ctx, "account_pages.tokens.never_expires")
	}
	return ui.T(ctx, "account_pages.tokens.expires_on", "Date", ui.Date(ctx, at, zone))
}

func tokenLives(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "30", Label: ui.T(ctx, "account_pages.tokens.days_30")},
		{Value: "90", Label: ui.T(ctx, "account_pages.tokens.days_90")},
		{Value: "365", Label: ui.T(ctx, "account_pages.tokens.days_365")},
		{Value: "0", Label: ui.T(ctx, "account_pages.tokens.never_expires")},
	}
}

func addressTitle(ctx context.Context, view addressView) string {
	if view.Address.ID == "" {
		return ui.T(ctx, "account_pages.address.add")
	}
	return ui.T(ctx, "account_pages.address.edit")
}

func deviceIcon(userAgent string) string {
	if handheld(userAgent) {
		return "mobile"
	}
	return "screen"
}

func codeMode(digits bool) string {
	if digits {
		return "numeric"
	}
	return ""
}

// legal is a text that the house owes its people, by keys.
type legal struct {
	title, lead string
	sections    []legalSection
}

type legalSection struct{ title, text string }

var termsText = legal{"account_pages.terms.title", "account_pages.terms.lead", []legalSection{
	{"account_pages.terms.role_title", "account_pages.terms.role_text"},
	{"account_pages.terms.account_title", "account_pages.terms.account_text"},
	{"account_pages.terms.booking_title", "account_pages.terms.booking_text"},
	{"account_pages.terms.money_title", "account_pages.terms.money_text"},
	{"account_pages.terms.conduct_title", "account_pages.terms.conduct_text"},
	{"account_pages.terms.law_title", "account_pages.terms.law_text"},
}}

var privacyText = legal{"account_pages.privacy.title", "account_pages.privacy.lead", []legalSection{
	{"account_pages.privacy.what_title", "account_pages.privacy.what_text"},
	{"account_pages.privacy.why_title", "account_pages.privacy.why_text"},
	{"account_pages.privacy.who_title", "account_pages.privacy.who_text"},
	{"account_pages.privacy.long_title", "account_pages.privacy.long_text"},
	{"account_pages.privacy.cookies_title", "account_pages.privacy.cookies_text"},
	{"account_pages.privacy.rights_title", "account_pages.privacy.rights_text"},
}}
