"""Reading JavaScript and TypeScript without running them: tokens, imports, exports, module paths, purity.

Everything here is text in, values out. It is not a parser: it knows the shapes that a repair may touch and answers None
for all others, so that a fixer declines where it does not understand.
"""
