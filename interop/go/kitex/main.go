// Program kitex is a Kitex server and a Kitex client with registry-etcd.
package main

import "etcd-discovery/interop/peer"

func main() {
	peer.Main(peer.Roles{
		"serve":            serve(newRegistry),
		"find":             find(newResolver),
		"deprecated serve": serve(newDeprecatedRegistry),
		"deprecated find":  find(newDeprecatedResolver),
	})
}
