-- Argo CD's health of an AIGateway and of an AIService: obj is the resource, as Argo CD read it.
local status = obj.status
if status == nil or status.conditions == nil then
  return { status = "Progressing", message = "the operator has not looked at it yet" }
end
if obj.metadata.generation ~= nil and status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "the operator has not looked at this generation yet" }
end

local found = {}
for _, condition in ipairs(status.conditions) do
  found[condition.type] = condition
end

local function words(condition)
  local text = condition.type .. " is " .. condition.status .. ", " .. (condition.reason or "without a reason")
  if condition.message ~= nil and condition.message ~= "" then
    text = text .. ": " .. condition.message
  end
  return text
end

-- Pending is what time mends: proxies that start, a backend of which no address is ready. The rest needs a change.
local all = { "Accepted", "ResolvedRefs", "Programmed", "Ready" }
local pending
for _, name in ipairs(all) do
  local condition = found[name]
  if condition ~= nil and condition.status == "False" then
    if condition.reason ~= "Pending" then
      return { status = "Degraded", message = words(condition) }
    end
    pending = pending or words(condition)
  end
end
if pending ~= nil then
  return { status = "Progressing", message = pending }
end
for _, name in ipairs(all) do
  if found[name] == nil or found[name].status ~= "True" then
    return { status = "Progressing", message = name .. " is not known yet" }
  end
end

-- It serves, but Redis is away: Healthy to Argo CD, which knows no state between, with words that say so.
local limiter = found["LimiterDegraded"]
if limiter ~= nil and limiter.status == "True" then
  return { status = "Healthy", message = words(limiter) }
end
return { status = "Healthy", message = found["Ready"].message }
