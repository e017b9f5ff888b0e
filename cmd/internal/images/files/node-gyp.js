#!/usr/bin/env node
// npm wants to know where node-gyp is, whether it is needed or not.
console.error('node-gyp: this image is a stand-in without compilers: addons in C or C++ can\'t be built here')
process.exit(1)
