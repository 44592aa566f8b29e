package main

import "github.com/bytedance/sonic"

// registerInfo is the struct that Hertz's etcd registry stores.
type registerInfo struct {
	Network string            `json:"network"`
	Address string            `json:"address"`
	Weight  int               `json:"weight"`
	Tags    map[string]string `json:"tags"`
}

const bySonic = "go1.26 github.com/bytedance/sonic v1.15.0"

func hertz() {
	hertzEncode("HE01", "one tag", map[string]string{"region": "cn-north"}, instance{Host: "10.0.0.5", Weight: 10})
	hertzEncode("HE02", "no tags", nil, instance{Host: "10.0.0.5", Weight: 10})
	hertzEncode("HE03", "HTML is not escaped, other than by Kitex", map[string]string{"<k>": "<x> & 'q' \"y\" \\z /w"}, instance{Host: "10.0.0.5", Weight: 10})
	hertzEncode("HE04", "control characters: backspace and form feed are \\u0008 and \\u000c, DEL is raw", map[string]string{"ctl": "\x00\x01\b\t\n\v\f\r\x1b\x1f\x7f"}, instance{Host: "10.0.0.5", Weight: 10})
	hertzEncode("HE05", "line separators are raw, other than by Kitex", map[string]string{"ls": "a\u2028b\u2029c\u0085d\ufeffe"}, instance{Host: "10.0.0.5", Weight: 10})
	hertzEncode("HE06", "Unicode is raw", map[string]string{"zh": "服务 é \U0001F600"}, instance{Host: "10.0.0.5", Weight: 10})
	hertzEncode("HE07", "IPv6 in brackets, other than by Kitex", nil, instance{Host: "2001:db8::1", Weight: 10})
	hertzEncode("HE08", "IPv6 with a zone", nil, instance{Host: "fe80::1%eth0", Weight: 10})
	hertzEncode("HE09", "weights are written as they are", nil, instance{Host: "h.example", Weight: -3})
	sorted := sonic.Config{SortMapKeys: true}.Froze()
	hertzEncodeBy(sorted, "HE10", "several tags: Hertz's order is random, ours is that of the UTF-8 bytes", map[string]string{"b": "", "A": "1", "é": "2", "\ue000": "3", "\U0001F600": "4"}, instance{Host: "10.0.0.5", Weight: 10})

	at := &instance{"demo", "10.0.0.5", 8888, 7, map[string]string{}}
	hertzDecode("HD01", "a value as Hertz writes it", `{"network":"tcp","address":"10.0.0.5:8888","weight":7,"tags":{"z":"<1>","a":"&"}}`, "", &instance{"demo", "10.0.0.5", 8888, 7, map[string]string{"z": "<1>", "a": "&"}})
	hertzDecode("HD02", "a byte that is not UTF-8: sonic copies it", "{\"network\":\"tcp\",\"address\":\"10.0.0.5:8888\",\"weight\":7,\"tags\":{\"a\":\"x\xffy\"}}", "U+FFFD, as encoding/json has it", &instance{"demo", "10.0.0.5", 8888, 7, map[string]string{"a": "x\ufffdy"}})
	hertzDecode("HD03", "two pairs of brackets: HERTZ_IP_TO_REGISTRY with brackets", `{"network":"tcp","address":"[[2001:db8::1]]:8888","weight":7,"tags":null}`, "accept", &instance{"demo", "2001:db8::1", 8888, 7, map[string]string{}})
	hertzDecode("HD04", "weight 0", `{"network":"tcp","address":"10.0.0.5:8888","weight":0,"tags":null}`, "weight:=default weight (10)", &instance{"demo", "10.0.0.5", 8888, 0, map[string]string{}})
	hertzDecode("HD05", "names in any case", `{"Network":"tcp","ADDRESS":"10.0.0.5:8888","Weight":7}`, "", at)
	hertzDecode("HD06", "null", `null`, "skip (no address)", nil)
	hertzDecode("HD07", "weight as text", `{"network":"tcp","address":"10.0.0.5:8888","weight":"7"}`, "skip", nil)
	hertzDecode("HD08", "cut off", `{"network":"tcp","address":"10.0.0`, "skip", nil)
	hertzDecode("HD09", "0.0.0.0, which Hertz does not replace", `{"network":"tcp","address":"0.0.0.0:8888","weight":7,"tags":null}`, "found; the resolver leaves it out", &instance{"demo", "0.0.0.0", 8888, 7, map[string]string{}})
	hertzDecode("HD10", "port that Hertz did not check", `{"network":"tcp","address":"10.0.0.5:http","weight":7,"tags":null}`, "skip (no address)", nil)
}

func hertzEncode(id, note string, tags map[string]string, i instance) {
	hertzEncodeBy(sonic.ConfigDefault, id, note, tags, i)
}

func hertzEncodeBy(api sonic.API, id, note string, tags map[string]string, i instance) {
	i.Service, i.Port, i.Tags = "demo", 8888, tags
	value, err := api.Marshal(&registerInfo{Network: "tcp", Address: i.address(), Weight: i.Weight, Tags: tags})
	if err != nil {
		panic(err)
	}
	if tags == nil {
		i.Tags = map[string]string{}
	}
	add(vector{ID: id, Format: "hertz", Direction: "encode", Note: note, Instance: &i, Origin: bySonic},
		"hertz/registry-etcd/demo/"+i.address(), string(value))
}

func hertzDecode(id, note, value, java string, found *instance) {
	var info registerInfo
	err := sonic.UnmarshalString(value, &info)
	add(vector{ID: id, Format: "hertz", Note: note, Instance: found, Java: java, Origin: bySonic}.decoded(info, err),
		"hertz/registry-etcd/demo/10.0.0.5:8888", value)
}
