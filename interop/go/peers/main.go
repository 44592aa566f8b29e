// Program peers is go-kit, etcd's gRPC naming, go-zero, and what is documented of the
// registries that cannot be had, each as a server and as a client.
package main

import "etcd-discovery/interop/peer"

func main() {
	peer.Main(peer.Roles{
		"go-kit serve":            serveGoKit,
		"go-kit find":             findGoKit(callHTTP),
		"go-kit users find":       findGoKit(registerUser),
		"grpc serve":              serveNaming,
		"grpc find":               findNaming,
		"go-zero serve":           serveGoZero,
		"go-zero find":            findGoZero,
		"documented hertz serve":  serveDocumented(hertz{}),
		"documented hertz find":   findDocumented(hertz{}),
		"documented kratos serve": serveDocumented(kratos{}),
		"documented kratos find":  findDocumented(kratos{}),
		"documented plain serve":  serveDocumented(plain{}),
		"documented plain find":   findDocumented(plain{}),
	})
}
