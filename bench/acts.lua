-- Acts over HTTP for wrk: letters, each with its number.
local token, n = "", 0

function init(args)
	token = args[1]
	math.randomseed(1)
end

function request()
	n = n + 1
	local body = string.format('{"type":"record.put","kind":"letter","data":{"number":"N-%d","direction":"out",' ..
		'"subject":{"fr":"Lettre %d","ru":"Письмо %d"},"date":"2026-01-15"}}', n, n, n)
	return wrk.format("POST", nil, { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }, body)
end
