// Program kitex is a Kitex server and a Kitex client with registry-etcd.
package main

import "etcd-discovery/interop/peer"

func main() {
	peer.Main(peer.Roles{"serve": serve, "find": find})
}
