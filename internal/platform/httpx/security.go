package httpx

import "net/http"

// contentSecurityPolicy allows what the server itself serves and nothing else: no inline script or style, no eval, no frame.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const permissionsPolicy = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), " +
	"encrypted-media=(), fullscreen=(self), gamepad=(), geolocation=(self), gyroscope=(), hid=(), idle-detection=(), " +
	"local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), " +
	"serial=(), usb=(), xr-spatial-tracking=()"

// strictTransport is two years, as browsers' preload lists want it.
const strictTransport = "max-age=63072000; includeSubDomains"

// SecurityHeaders sets the header set of the OWASP Secure Headers Project. HSTS goes out only over https: on plain http it
// means nothing to a browser, and on a developer's machine it would only confuse. It must stand within ClientAddress.
func SecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Content-Security-Policy"] = csp
		h["Cross-Origin-Opener-Policy"] = sameOrigin
		h["Cross-Origin-Embedder-Policy"] = requireCORP
		h["Cross-Origin-Resource-Policy"] = sameOrigin
		h["X-Content-Type-Options"] = noSniff
		h["Referrer-Policy"] = referrer
		h["Permissions-Policy"] = permissions
		h["X-Frame-Options"] = deny
		h["X-Permitted-Cross-Domain-Policies"] = none
		if IsHTTPS(r.Context()) {
			h["Strict-Transport-Security"] = hsts
		}
		next.ServeHTTP(w, r)
	})
}

// Values are shared between answers, since they never change; their capacity equals their length, so that an Add to one copies.
var (
	csp         = []string{contentSecurityPolicy}
	sameOrigin  = []string{"same-origin"}
	requireCORP = []string{"require-corp"}
	noSniff     = []string{"nosniff"}
	referrer    = []string{"strict-origin-when-cross-origin"}
	permissions = []string{permissionsPolicy}
	deny        = []string{"DENY"}
	none        = []string{"none"}
	hsts        = []string{strictTransport}
)

// CrossOrigin refuses requests that change something and that a browser sent on behalf of another site (Sec-Fetch-Site, Origin).
// Clients that are no browser send neither and pass. Trusted are the origins, "https://example.test", from which it is allowed.
func CrossOrigin(render RenderError, trusted ...string) (Middleware, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := protection.Check(r); err != nil {
				render(w, r, crossOriginError(err))
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}
