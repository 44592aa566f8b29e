package main

import (
	"encoding/json"
	"net"
	"net/url"
	"strconv"
)

// serviceInstance is Kratos's registry.ServiceInstance.
type serviceInstance struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Version   string            `json:"version"`
	Metadata  map[string]string `json:"metadata"`
	Endpoints []string          `json:"endpoints"`
}

const byJSON = "go1.26 encoding/json"

func kratos() {
	i := instance{Service: "helloworld", Host: "10.0.0.5", Port: 8000, Weight: 10}
	kratosEncode("KR01", "nothing but an address", i, serviceInstance{}, "http")
	tagged := i
	tagged.Weight = 20
	tagged.Tags = map[string]string{"zone": "a", "version": "v1.2", "k<>&": "\u2028服务\b"}
	kratosEncode("KR02", "tags; the version has a field of its own, the weight is text", tagged,
		serviceInstance{Version: "v1.2", Metadata: map[string]string{"zone": "a", "weight": "20", "k<>&": "\u2028服务\b"}}, "http")
	secure := i
	secure.Tags = map[string]string{"secure": "true"}
	kratosEncode("KR03", "TLS is the scheme", secure, serviceInstance{}, "https")
	grpc := i
	grpc.Tags = map[string]string{"scheme": "grpc"}
	kratosEncode("KR04", "a gRPC server", grpc, serviceInstance{}, "grpc")
	grpc.Tags = map[string]string{"scheme": "grpc", "secure": "true"}
	kratosEncode("KR05", "a gRPC server with TLS", grpc, serviceInstance{Metadata: map[string]string{"secure": "true"}}, "grpcs")
	both := i
	both.Tags = map[string]string{"grpc.port": "9000"}
	kratosEncode("KR06", "HTTP and gRPC are two endpoints of one entry", both, serviceInstance{}, "http", endpoint("grpc", i.Host, 9000))
	named := i
	named.Tags = map[string]string{"instance-id": "a1"}
	kratosEncode("KR07", "an id of its own", named, serviceInstance{}, "http")
	v6 := i
	v6.Host = "2001:db8::1"
	kratosEncode("KR08", "IPv6", v6, serviceInstance{}, "http")
	v6.Host = "fe80::1%eth0"
	kratosEncode("KR09", "IPv6 with a zone, whose percent sign a URL escapes", v6, serviceInstance{}, "http")

	const uuid = "e5d1c2a4-9d5f-4a3b-8f0e-0d9c6f3f1a2b"
	http := `["http://10.0.0.5:8000"]`
	id := map[string]string{"instance-id": uuid}
	at := func(port int, weight int, tags map[string]string) *instance {
		return &instance{"helloworld", "10.0.0.5", port, weight, tags}
	}
	kratosDecode("KX01", "as Kratos writes it", uuid, `"version":"v1","metadata":{"weight":"30","zone":"a"},"endpoints":`+http, "", at(8000, 30, map[string]string{"instance-id": uuid, "version": "v1", "zone": "a"}))
	kratosDecode("KX02", "gRPC first, HTTP second: the HTTP one is the instance", uuid, `"version":"","metadata":null,"endpoints":["grpc://10.0.0.5:9000","http://10.0.0.5:8000"]`, "", at(8000, 0, map[string]string{"instance-id": uuid, "grpc.port": "9000"}))
	kratosDecode("KX03", "gRPC alone", uuid, `"version":"","metadata":null,"endpoints":["grpc://10.0.0.5:9000"]`, "", at(9000, 0, map[string]string{"instance-id": uuid, "scheme": "grpc"}))
	kratosDecode("KX04", "isSecure=false of older versions", uuid, `"version":"","metadata":null,"endpoints":["http://10.0.0.5:8000?isSecure=false","grpc://10.0.0.5:9000?isSecure=false"]`, "", at(8000, 0, map[string]string{"instance-id": uuid, "grpc.port": "9000"}))
	kratosDecode("KX05", "isSecure=true of older versions", uuid, `"version":"","metadata":null,"endpoints":["http://10.0.0.5:8000?isSecure=true","grpc://10.0.0.5:9000?isSecure=true"]`, "", at(8000, 0, map[string]string{"instance-id": uuid, "secure": "true", "grpcs.port": "9000"}))
	kratosDecode("KX06", "three endpoints", uuid, `"version":"","metadata":{},"endpoints":["thrift://10.0.0.5:7000","https://10.0.0.5:8443","http://10.0.0.5:8000"]`, "", at(8443, 0, map[string]string{"instance-id": uuid, "secure": "true", "thrift.port": "7000", "http.port": "8000"}))
	kratosDecode("KX07", "no endpoints", uuid, `"version":"","metadata":null,"endpoints":null`, "skip (no address)", nil)
	kratosDecode("KX08", "an empty list of endpoints", uuid, `"version":"","metadata":null,"endpoints":[]`, "skip (no address)", nil)
	kratosDecode("KX09", "an endpoint that is no URL", uuid, `"version":"","metadata":null,"endpoints":["10.0.0.5:8000"]`, "skip (no address)", nil)
	kratosDecode("KX10", "one endpoint that cannot be used, one that can", uuid, `"version":"","metadata":null,"endpoints":["http://u@evil:80","grpc://10.0.0.5:9000"]`, "", at(9000, 0, map[string]string{"instance-id": uuid, "scheme": "grpc"}))
	kratosDecode("KX11", "a null in metadata", uuid, `"version":"","metadata":{"a":null},"endpoints":`+http, "", at(8000, 0, map[string]string{"instance-id": uuid, "a": ""}))
	kratosDecode("KX12", "a number in metadata: Kratos's whole call fails", uuid, `"version":"","metadata":{"weight":30},"endpoints":`+http, "skip", nil)
	kratosDecode("KX13", "names in any case, unknown fields, later duplicates", uuid, `"Version":"v0","VERSION":"v1","x":[{}],"endpoints":[],"Endpoints":`+http, "", at(8000, 0, map[string]string{"instance-id": uuid, "version": "v1"}))
	kratosDecode("KX14", "a weight that is no integer", uuid, `"version":"","metadata":{"weight":"heavy"},"endpoints":`+http, "weight:=default weight (10)", at(8000, 0, id))
	kratosDecode("KX15", "endpoints as text", uuid, `"version":"","metadata":null,"endpoints":"http://10.0.0.5:8000"`, "skip", nil)
	kratosDecode("KX16", "an id with a slash", "zone-a/1", `"version":"","metadata":null,"endpoints":`+http, "", at(8000, 0, map[string]string{"instance-id": "zone-a/1"}))
	kratosDecode("KX17", "default port", uuid, `"version":"","metadata":null,"endpoints":["http://10.0.0.5"]`, "", at(80, 0, id))

	value := `{"id":"1","name":"other","version":"","metadata":null,"endpoints":["http://10.0.0.5:8000"]}`
	kratosRead("KX20", "another name than in the key: Kratos passes over it", "/microservices/helloworld/1", value, "skip", nil)
	kratosRead("KX21", "a service below ours: Kratos tells it by its name", "/microservices/helloworld/v2/1", `{"id":"1","name":"helloworld/v2","version":"","metadata":null,"endpoints":["http://10.0.0.5:8000"]}`, "another service's", nil)
	kratosRead("KX22", "null", "/microservices/helloworld/1", `null`, "skip", nil)
	kratosRead("KX23", "nothing", "/microservices/helloworld/1", ``, "skip", nil)
	kratosRead("KX24", "no id in the value", "/microservices/helloworld/a1", `{"name":"helloworld","endpoints":["http://10.0.0.5:8000"]}`, "the id of the key", &instance{"helloworld", "10.0.0.5", 8000, 0, map[string]string{"instance-id": "a1"}})
}

// endpoint makes URLs as Kratos's servers do.
func endpoint(scheme, host string, port int) string {
	u := url.URL{Scheme: scheme, Host: net.JoinHostPort(host, strconv.Itoa(port))}
	if _, err := url.Parse(u.String()); err != nil {
		panic(err)
	}
	return u.String()
}

func kratosEncode(id, note string, i instance, s serviceInstance, scheme string, others ...string) {
	if i.Tags == nil {
		i.Tags = map[string]string{}
	}
	s.ID, s.Name = i.id(), i.Service
	s.Endpoints = append([]string{endpoint(scheme, i.Host, i.Port)}, others...)
	value, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	add(vector{ID: id, Format: "kratos", Direction: "encode", Note: note, Instance: &i, Origin: byJSON},
		"/microservices/"+s.Name+"/"+s.ID, string(value))
}

func kratosDecode(id, note, instanceID, fields, java string, found *instance) {
	kratosRead(id, note, "/microservices/helloworld/"+instanceID,
		`{"id":"`+instanceID+`","name":"helloworld",`+fields+`}`, java, found)
}

func kratosRead(id, note, key, value, java string, found *instance) {
	var s *serviceInstance
	err := json.Unmarshal([]byte(value), &s)
	if s == nil {
		s = &serviceInstance{}
	}
	add(vector{ID: id, Format: "kratos", Note: note, Instance: found, Java: java, Origin: byJSON}.decoded(s, err), key, value)
}
