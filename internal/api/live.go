package api

import (
	"net/http"
	"net/url"
	"strings"

	"khadamat/internal/notify"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/live"

	"github.com/danielgtaylor/huma/v2"
)

// serveLive opens the socket on which the signed-in account hears of its own changes.
func (a *api) serveLive(w http.ResponseWriter, r *http.Request) {
	c := callIn(r.Context())
	actor, err := c.who()
	if err == nil {
		err = fitForSocket(r)
	}
	if err != nil {
		renderError(w, r, err)
		return
	}
	if err := live.ServeWebSocket(a.Hub, w, r, notify.AccountTopic(actor.ID)); err != nil {
		renderError(w, r, errs.Wrap(err, errs.Unavailable, "error.unavailable"))
	}
}

// fitForSocket refuses what the socket's own handshake would refuse, which it does in plain text.
func fitForSocket(r *http.Request) error {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return refusal{status: http.StatusUpgradeRequired, cause: errs.New(errs.Invalid, "api.upgrade_required")}
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		from, err := url.Parse(origin)
		if err != nil || !strings.EqualFold(from.Host, r.Host) {
			return errs.New(errs.Forbidden, "error.cross_origin")
		}
	}
	return nil
}

// describeLive puts the socket into the OpenAPI document, which has no better form for it than a GET.
func (a *api) describeLive() {
	a.huma.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "live", Method: http.MethodGet, Path: "/live", Tags: []string{tagLive}, Summary: "Hear of changes",
		Description: `A WebSocket. Each message is JSON: {topic, type, data}. "booking.changed" says that one of your bookings has changed, with its id, status and kind in data; "message.changed", "quote.changed", "review.changed" and "dispute.changed" say the like of theirs; "notification.new" that you ` +
			`were told something, with its text in every language and the count of what you have not read; ` +
			`"resync" says that messages were lost: fetch anew what you show, and connect again. A message is a hint to look, never the only way to know. Send nothing.`,
		Security: []map[string][]string{{"session": {}}, {"token": {}}},
		Responses: map[string]*huma.Response{"101": {Description: "Switching Protocols"}, "401": problemResponse(http.StatusUnauthorized),
			"403": problemResponse(http.StatusForbidden), "426": problemResponse(http.StatusUpgradeRequired), "429": problemResponse(http.StatusTooManyRequests), "503": problemResponse(http.StatusServiceUnavailable)},
	})
}
