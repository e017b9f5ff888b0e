package checker

import (
	"net"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/naru-lab/naru/checker/engine"
)

// httpSpec is what a check may ask of an HTTP server.
type httpSpec struct {
	base
	HTTP    string            `yaml:"http"`
	Method  string            `yaml:"method"`
	Headers map[string]string `yaml:"headers"`
	Body    string            `yaml:"body"`
	Status  int               `yaml:"status"`
	Header  pairs             `yaml:"header"`
	content `yaml:",inline"`
	From    string `yaml:"from"`
	Refused bool   `yaml:"refused"`
}

func (s *httpSpec) subject() Subject { return Subject{Kind: "http", Name: s.HTTP} }

func (s *httpSpec) acts() bool { return true }

func (s *httpSpec) validate() []error {
	errs := s.content.validate()
	u, err := url.Parse(s.HTTP)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		errs = append(errs, fieldErrorf("http", "%q is not an address, such as http://localhost:8080/", s.HTTP))
	} else if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			errs = append(errs, fieldErrorf("http", "%q: a port is a number from 1 to 65535", s.HTTP))
		}
	}
	if s.Method != "" && strings.Trim(s.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		errs = append(errs, fieldErrorf("method", "%q is not a method, such as GET or POST", s.Method))
	}
	if s.Status != 0 && (s.Status < 100 || s.Status > 599) {
		errs = append(errs, fieldErrorf("status", "%d is not a status, 100 to 599", s.Status))
	}
	if s.From != "" {
		errs = append(errs, validateName("from", s.From)...)
		if err == nil && !isLocal(u.Hostname()) {
			errs = append(errs, fieldErrorf("from", "a container's published port is reached on localhost, not on %q", u.Hostname()))
		}
	}
	if s.Refused && (s.Status != 0 || s.asked() || len(s.Header) > 0) {
		errs = append(errs, fieldErrorf("refused", "nothing else can be asked of an answer that is not to come"))
	}
	return errs
}

func isLocal(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func (s *httpSpec) request() Request {
	r := Request{Method: orElse(s.Method, "GET"), URL: s.HTTP, Body: s.Body}
	if len(s.Headers) > 0 {
		r.Header = map[string]string{}
		for name, value := range s.Headers {
			r.Header[textproto.CanonicalMIMEHeaderKey(name)] = value
		}
	}
	return r
}

// port is the port that the request goes to.
func (s *httpSpec) port() int {
	u, err := url.Parse(s.HTTP)
	if err != nil {
		return 0
	}
	if p, err := strconv.Atoi(u.Port()); err == nil {
		return p
	}
	if u.Scheme == "https" {
		return 443
	}
	return 80
}

func (s *httpSpec) compare(v *view) (r verdict) {
	if s.From != "" && !s.Refused {
		// Who would answer is known before anybody is asked: what listens on
		// the port without being the container is not bothered.
		if ok := s.judgeServer(v, &r); !ok {
			return r
		}
	}
	res, known := v.response(s.request())
	if !known {
		return r
	}
	if res == nil {
		res = &Response{Err: "refused"}
	}
	sub := s.subject()
	if s.Refused {
		if res.Err == "" || res.Err == "malformed" || res.Err == "tls" {
			f := r.add(sub, "http", Present, "", orElse(res.Err, count(res.Status)))
			s.nearServer(v, f)
		}
		return r
	}
	if res.Err != "" {
		f := r.add(sub, "http", Unreachable, s.HTTP, res.Err).explain("http-"+res.Err, "Port", count(s.port()), "Address", net.JoinHostPort("localhost", count(s.port())))
		if s.From == "" && (res.Err == "refused" || res.Err == "reset") {
			s.nearServer(v, f)
		}
		return r
	}
	s.judgeResponse(&r, sub, res)
	return r
}

// judgeResponse judges an answer. Where no status is asked, an error is none.
func (s *httpSpec) judgeResponse(r *verdict, sub Subject, res *Response) {
	switch {
	case s.Status != 0 && s.Status != res.Status:
		r.add(sub, "http.status", Different, count(s.Status), count(res.Status)).explainStatus(res)
	case s.Status == 0 && res.Status >= 400:
		r.add(sub, "http.status", Different, "200", count(res.Status)).explainStatus(res)
	}
	have := map[string]string{}
	for name, value := range res.Header {
		have[textproto.CanonicalMIMEHeaderKey(name)] = value
	}
	want := pairs{}
	for name, value := range s.Header {
		want[textproto.CanonicalMIMEHeaderKey(name)] = value
	}
	r.pairs(sub, "http.header", want, have)
	s.judge(r, sub, "http", res.Body)
}

func (f *Finding) explainStatus(res *Response) {
	switch {
	case res.Status == 403 || res.Status == 404:
		f.explain("status-" + count(res.Status))
	case res.Status == 502 || res.Status == 503 || res.Status == 504:
		f.explain("status-gateway")
	case res.Status >= 500:
		f.explain("status-5xx")
	}
}

// judgeServer judges that the port belongs to the container that must answer.
func (s *httpSpec) judgeServer(v *view, r *verdict) bool {
	c, known := v.namedContainer(s.From)
	if !known {
		return false
	}
	sub := s.subject()
	port := s.port()
	switch {
	case c == nil:
		f := r.add(sub, "http", Missing, s.From, "").explain("no-such-container", "Container", s.From)
		f.Near = v.nearContainer(s.From, "")
		v.explainRemovedContainer(f, s.From)
		return false
	case c.Status != "running":
		s.judgeStopped(v, r, c)
		return false
	case c.NetworkMode == "host":
		return s.judgeHostNetwork(v, r, c)
	}
	bound := slices.ContainsFunc(c.Ports, func(p engine.Port) bool {
		return p.HostPort == port && protocol(p) == "tcp" && fromLocalhost(p.HostIP)
	})
	if bound {
		return true
	}
	f := r.add(sub, "http", Unreachable, count(port), showPorts(c.Ports)).explain("not-published-there", "Container", s.From, "Port", count(port))
	if len(c.Ports) == 0 {
		f.explain("publishes-nothing", "Exposed", strings.ReplaceAll(strings.Join(c.Exposed, ", "), "/tcp", ""))
	}
	v.nearPortHolder(f, c, engine.Port{HostPort: port, Protocol: "tcp"})
	if f.Near.Why == nearHoldsPort {
		f.Reason = Impostor
	}
	return false
}

// judgeHostNetwork judges a container on the machine's own network: it
// publishes nothing, and a port that another container publishes is not its.
func (s *httpSpec) judgeHostNetwork(v *view, r *verdict, c *engine.Container) bool {
	port := engine.Port{HostPort: s.port(), Protocol: "tcp"}
	held, known := v.otherHolder(c, port)
	if !known || !held {
		return known
	}
	f := r.add(s.subject(), "http", Impostor, count(port.HostPort), "")
	v.nearPortHolder(f, c, port)
	return false
}

// judgeStopped says why the container that must answer doesn't run.
func (s *httpSpec) judgeStopped(v *view, r *verdict, c *engine.Container) {
	f := r.add(s.subject(), "http", NotRunning, s.From, showState(c))
	switch c.Status {
	case "exited", "restarting":
		if c.ExitCode != 0 {
			f.Reason = Failed
		}
		v.explainExit(f, c)
	case "created":
		v.explainNotStarted(f, c)
	default:
		f.explain("server-not-running", "Container", s.From)
	}
}

// explainRemovedContainer is explainRemoved for another object than the
// finding's own.
func (v *view) explainRemovedContainer(f *Finding, name string) {
	own := f.Subject
	f.Subject = Subject{"container", name}
	v.explainRemoved(f)
	f.Subject = own
}

// nearServer names the container that publishes the port, or else one that
// publishes another.
func (s *httpSpec) nearServer(v *view, f *Finding) {
	list, known := v.containers()
	if !known {
		return
	}
	var rivals []rival
	for _, c := range list {
		if c.Status != "running" || len(c.Ports) == 0 {
			continue
		}
		r := rival{subject: Subject{"container", c.Name}, created: c.Created}
		for _, p := range c.Ports {
			if p.HostPort == 0 {
				continue
			}
			if p.HostPort == s.port() {
				r.why, r.far = nearHoldsPort, 0
				break
			}
			r.why, r.far = nearPublishes, 1
		}
		if r.why != "" {
			rivals = append(rivals, r)
		}
	}
	f.Near = v.nearest(rivals)
	if f.Near.Why == nearPublishes {
		for _, c := range list {
			if c.Name == f.Near.Subject.Name {
				f.explain(f.Detail, "Published", showPorts(slices.DeleteFunc(slices.Clone(c.Ports), func(p engine.Port) bool { return p.HostPort == 0 })))
			}
		}
	}
}
