-- Tells what pandoc sees in Markdown texts: reads a JSON list of texts, writes a JSON list of their citations.
-- Run by citations.py as `pandoc lua pandoc.lua`, with the name of a CSL style as argument.

local stringify = pandoc.utils.stringify

-- The locator as pandoc's citeproc reads it from a suffix, by way of a style that prints label and value.
local function locators(suffixes)
  local blocks = pandoc.List()
  for _, suffix in ipairs(suffixes) do
    local plain = pandoc.Inlines(suffix):walk({ Cite = function(cite) return cite.content end })
    local citation = pandoc.Citation("work", "NormalCitation", {}, plain)
    blocks:insert(pandoc.Para({ pandoc.Cite({ pandoc.Str("?") }, { citation }) }))
  end
  local meta = { csl = arg[1], lang = "en-GB", references = { { id = "work", type = "book", title = "Work" } } }
  local cited = pandoc.utils.citeproc(pandoc.Pandoc(blocks, meta))
  local found = {}
  for index in ipairs(suffixes) do
    local label, value, rest = stringify(cited.blocks[index]):match("^⟨(.-)¦(.-)⟩(.*)$")
    found[index] = { label = label or "", value = value or "", rest = rest or "" }
  end
  return found
end

local function citations(text)
  local found, suffixes = pandoc.List(), pandoc.List()
  local function note(cite)
    local items = pandoc.List()
    for _, citation in ipairs(cite.citations) do
      suffixes:insert(citation.suffix)
      items:insert({
        key = citation.id,
        mode = tostring(citation.mode),
        prefix = stringify(citation.prefix),
        raw = stringify(citation.suffix),
      })
    end
    found:insert(items)
    return cite, false -- what stands in prefixes and suffixes belongs to this citation
  end
  pandoc.read(text, "markdown+citations"):walk({ traverse = "topdown", Cite = note })
  return found, suffixes
end

local answers, all = pandoc.List(), pandoc.List()
for _, text in ipairs(pandoc.json.decode(io.read("a"), false)) do
  local found, suffixes = citations(text)
  answers:insert(found)
  all:extend(suffixes)
end
local place = 0
local located = locators(all)
for _, found in ipairs(answers) do
  for _, items in ipairs(found) do
    for _, item in ipairs(items) do
      place = place + 1
      for name, value in pairs(located[place]) do item[name] = value end
    end
  end
end
print(pandoc.json.encode(answers))
