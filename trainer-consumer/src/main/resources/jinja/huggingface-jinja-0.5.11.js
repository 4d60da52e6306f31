"use strict";
var __extends = (this && this.__extends) || (function () {
    var extendStatics = function (d, b) {
        extendStatics = Object.setPrototypeOf ||
            ({ __proto__: [] } instanceof Array && function (d, b) { d.__proto__ = b; }) ||
            function (d, b) { for (var p in b) if (Object.prototype.hasOwnProperty.call(b, p)) d[p] = b[p]; };
        return extendStatics(d, b);
    };
    return function (d, b) {
        if (typeof b !== "function" && b !== null)
            throw new TypeError("Class extends value " + String(b) + " is not a constructor or null");
        extendStatics(d, b);
        function __() { this.constructor = d; }
        d.prototype = b === null ? Object.create(b) : (__.prototype = b.prototype, new __());
    };
})();
var __values = (this && this.__values) || function(o) {
    var s = typeof Symbol === "function" && Symbol.iterator, m = s && o[s], i = 0;
    if (m) return m.call(o);
    if (o && typeof o.length === "number") return {
        next: function () {
            if (o && i >= o.length) o = void 0;
            return { value: o && o[i++], done: !o };
        }
    };
    throw new TypeError(s ? "Object is not iterable." : "Symbol.iterator is not defined.");
};
var __read = (this && this.__read) || function (o, n) {
    var m = typeof Symbol === "function" && o[Symbol.iterator];
    if (!m) return o;
    var i = m.call(o), r, ar = [], e;
    try {
        while ((n === void 0 || n-- > 0) && !(r = i.next()).done) ar.push(r.value);
    }
    catch (error) { e = { error: error }; }
    finally {
        try {
            if (r && !r.done && (m = i["return"])) m.call(i);
        }
        finally { if (e) throw e.error; }
    }
    return ar;
};
var __spreadArray = (this && this.__spreadArray) || function (to, from, pack) {
    if (pack || arguments.length === 2) for (var i = 0, l = from.length, ar; i < l; i++) {
        if (ar || !(i in from)) {
            if (!ar) ar = Array.prototype.slice.call(from, 0, i);
            ar[i] = from[i];
        }
    }
    return to.concat(ar || Array.prototype.slice.call(from));
};
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __defNormalProp = function (obj, key, value) { return key in obj ? __defProp(obj, key, { enumerable: true, configurable: true, writable: true, value: value }) : obj[key] = value; };
var __export = function (target, all) {
    for (var name in all)
        __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = function (to, from, except, desc) {
    var e_1, _a;
    if (from && typeof from === "object" || typeof from === "function") {
        var _loop_1 = function (key) {
            if (!__hasOwnProp.call(to, key) && key !== except)
                __defProp(to, key, { get: function () { return from[key]; }, enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
        };
        try {
            for (var _b = __values(__getOwnPropNames(from)), _c = _b.next(); !_c.done; _c = _b.next()) {
                var key = _c.value;
                _loop_1(key);
            }
        }
        catch (e_1_1) { e_1 = { error: e_1_1 }; }
        finally {
            try {
                if (_c && !_c.done && (_a = _b.return)) _a.call(_b);
            }
            finally { if (e_1) throw e_1.error; }
        }
    }
    return to;
};
var __toCommonJS = function (mod) { return __copyProps(__defProp({}, "__esModule", { value: true }), mod); };
var __publicField = function (obj, key, value) {
    __defNormalProp(obj, typeof key !== "symbol" ? key + "" : key, value);
    return value;
};
// src/index.ts
var src_exports = {};
__export(src_exports, {
    Environment: function () { return Environment; },
    Interpreter: function () { return Interpreter; },
    Template: function () { return Template; },
    parse: function () { return parse; },
    tokenize: function () { return tokenize; }
});
module.exports = __toCommonJS(src_exports);
// src/lexer.ts
var TOKEN_TYPES = Object.freeze({
    Text: "Text",
    // The text between Jinja statements or expressions
    NumericLiteral: "NumericLiteral",
    // e.g., 123, 1.0
    StringLiteral: "StringLiteral",
    // 'string'
    Identifier: "Identifier",
    // Variables, functions, statements, booleans, etc.
    Equals: "Equals",
    // =
    OpenParen: "OpenParen",
    // (
    CloseParen: "CloseParen",
    // )
    OpenStatement: "OpenStatement",
    // {%
    CloseStatement: "CloseStatement",
    // %}
    OpenExpression: "OpenExpression",
    // {{
    CloseExpression: "CloseExpression",
    // }}
    OpenSquareBracket: "OpenSquareBracket",
    // [
    CloseSquareBracket: "CloseSquareBracket",
    // ]
    OpenCurlyBracket: "OpenCurlyBracket",
    // {
    CloseCurlyBracket: "CloseCurlyBracket",
    // }
    Comma: "Comma",
    // ,
    Dot: "Dot",
    // .
    Colon: "Colon",
    // :
    Pipe: "Pipe",
    // |
    CallOperator: "CallOperator",
    // ()
    AdditiveBinaryOperator: "AdditiveBinaryOperator",
    // + - ~
    MultiplicativeBinaryOperator: "MultiplicativeBinaryOperator",
    // * / // %
    ExponentiationBinaryOperator: "ExponentiationBinaryOperator",
    // **
    ComparisonBinaryOperator: "ComparisonBinaryOperator",
    // < > <= >= == !=
    UnaryOperator: "UnaryOperator",
    // ! - +
    Comment: "Comment"
    // {# ... #}
});
var Token = /** @class */ (function () {
    /**
     * Constructs a new Token.
     * @param {string} value The raw value as seen inside the source code.
     * @param {TokenType} type The type of token.
     */
    function Token(value, type) {
        this.value = value;
        this.type = type;
    }
    return Token;
}());
function isWord(char) {
    return /\w/.test(char);
}
function isInteger(char) {
    return /[0-9]/.test(char);
}
function isWhitespace(char) {
    return /\s/.test(char);
}
var ORDERED_MAPPING_TABLE = [
    // Control sequences
    ["{%", TOKEN_TYPES.OpenStatement],
    ["%}", TOKEN_TYPES.CloseStatement],
    ["{{", TOKEN_TYPES.OpenExpression],
    ["}}", TOKEN_TYPES.CloseExpression],
    // Single character tokens
    ["(", TOKEN_TYPES.OpenParen],
    [")", TOKEN_TYPES.CloseParen],
    ["{", TOKEN_TYPES.OpenCurlyBracket],
    ["}", TOKEN_TYPES.CloseCurlyBracket],
    ["[", TOKEN_TYPES.OpenSquareBracket],
    ["]", TOKEN_TYPES.CloseSquareBracket],
    [",", TOKEN_TYPES.Comma],
    [".", TOKEN_TYPES.Dot],
    [":", TOKEN_TYPES.Colon],
    ["|", TOKEN_TYPES.Pipe],
    // Comparison operators
    ["<=", TOKEN_TYPES.ComparisonBinaryOperator],
    [">=", TOKEN_TYPES.ComparisonBinaryOperator],
    ["==", TOKEN_TYPES.ComparisonBinaryOperator],
    ["!=", TOKEN_TYPES.ComparisonBinaryOperator],
    ["<", TOKEN_TYPES.ComparisonBinaryOperator],
    [">", TOKEN_TYPES.ComparisonBinaryOperator],
    // Arithmetic operators
    ["+", TOKEN_TYPES.AdditiveBinaryOperator],
    ["-", TOKEN_TYPES.AdditiveBinaryOperator],
    ["~", TOKEN_TYPES.AdditiveBinaryOperator],
    ["**", TOKEN_TYPES.ExponentiationBinaryOperator],
    // NOTE: must come before "*" so that "**" is matched first
    ["*", TOKEN_TYPES.MultiplicativeBinaryOperator],
    ["//", TOKEN_TYPES.MultiplicativeBinaryOperator],
    // NOTE: must come before "/" so that "//" is matched first
    ["/", TOKEN_TYPES.MultiplicativeBinaryOperator],
    ["%", TOKEN_TYPES.MultiplicativeBinaryOperator],
    // Assignment operator
    ["=", TOKEN_TYPES.Equals]
];
var ESCAPE_CHARACTERS = /* @__PURE__ */ new Map([
    ["n", "\n"],
    // New line
    ["t", "	"],
    // Horizontal tab
    ["r", "\r"],
    // Carriage return
    ["b", "\b"],
    // Backspace
    ["f", "\f"],
    // Form feed
    ["v", "\v"],
    // Vertical tab
    ["'", "'"],
    // Single quote
    ['"', '"'],
    // Double quote
    ["\\", "\\"]
    // Backslash
]);
function preprocess(template, options) {
    if (options === void 0) { options = {}; }
    if (template.endsWith("\n")) {
        template = template.slice(0, -1);
    }
    if (options.lstrip_blocks) {
        template = template.replace(/^[ \t]*({[#%-])/gm, "$1");
    }
    if (options.trim_blocks) {
        template = template.replace(/([#%-]})\n/g, "$1");
    }
    return template.replace(/(\s*){%(-?)\s*(?:end)?generation\s*(-?)%}(\s*)/gs, function (_, before, lstrip, rstrip, after) { return (lstrip ? "" : before) + (rstrip ? "" : after); });
}
function tokenize(source, options) {
    var _a, _b, _c;
    if (options === void 0) { options = {}; }
    var tokens = [];
    var src = preprocess(source, options);
    var cursorPosition = 0;
    var curlyBracketDepth = 0;
    var consumeWhile = function (predicate) {
        var str = "";
        while (predicate(src[cursorPosition])) {
            if (src[cursorPosition] === "\\") {
                ++cursorPosition;
                if (cursorPosition >= src.length) {
                    throw new SyntaxError("Unexpected end of input");
                }
                var escaped = src[cursorPosition++];
                if (escaped === "x" || escaped === "u") {
                    var length_1 = escaped === "x" ? 2 : 4;
                    var hex = src.slice(cursorPosition, cursorPosition + length_1);
                    if (hex.length !== length_1 || /[^0-9a-f]/i.test(hex)) {
                        throw new SyntaxError("Invalid hexadecimal escape sequence: \\".concat(escaped).concat(hex));
                    }
                    str += String.fromCharCode(parseInt(hex, 16));
                    cursorPosition += length_1;
                    continue;
                }
                var unescaped = ESCAPE_CHARACTERS.get(escaped);
                if (unescaped === void 0) {
                    throw new SyntaxError("Unexpected escaped character: ".concat(escaped));
                }
                str += unescaped;
                continue;
            }
            str += src[cursorPosition++];
            if (cursorPosition >= src.length) {
                throw new SyntaxError("Unexpected end of input");
            }
        }
        return str;
    };
    var stripTrailingWhitespace = function () {
        var lastToken = tokens.at(-1);
        if (lastToken && lastToken.type === TOKEN_TYPES.Text) {
            lastToken.value = lastToken.value.trimEnd();
            if (lastToken.value === "") {
                tokens.pop();
            }
        }
    };
    var skipLeadingWhitespace = function () {
        while (cursorPosition < src.length && isWhitespace(src[cursorPosition])) {
            ++cursorPosition;
        }
    };
    var _loop_2 = function () {
        var e_2, _d;
        var lastTokenType = (_a = tokens.at(-1)) === null || _a === void 0 ? void 0 : _a.type;
        if (lastTokenType === void 0 || lastTokenType === TOKEN_TYPES.CloseStatement || lastTokenType === TOKEN_TYPES.CloseExpression || lastTokenType === TOKEN_TYPES.Comment) {
            var text = "";
            while (cursorPosition < src.length && // Keep going until we hit the next Jinja statement or expression
                !(src[cursorPosition] === "{" && (src[cursorPosition + 1] === "%" || src[cursorPosition + 1] === "{" || src[cursorPosition + 1] === "#"))) {
                text += src[cursorPosition++];
            }
            if (text.length > 0) {
                tokens.push(new Token(text, TOKEN_TYPES.Text));
                return "continue";
            }
        }
        if (src[cursorPosition] === "{" && src[cursorPosition + 1] === "#") {
            cursorPosition += 2;
            var stripBefore = src[cursorPosition] === "-";
            if (stripBefore) {
                ++cursorPosition;
            }
            var comment = "";
            while (src[cursorPosition] !== "#" || src[cursorPosition + 1] !== "}") {
                if (cursorPosition + 2 >= src.length) {
                    throw new SyntaxError("Missing end of comment tag");
                }
                comment += src[cursorPosition++];
            }
            var stripAfter = comment.endsWith("-");
            if (stripAfter) {
                comment = comment.slice(0, -1);
            }
            if (stripBefore) {
                stripTrailingWhitespace();
            }
            tokens.push(new Token(comment, TOKEN_TYPES.Comment));
            cursorPosition += 2;
            if (stripAfter) {
                skipLeadingWhitespace();
            }
            return "continue";
        }
        if (src.slice(cursorPosition, cursorPosition + 3) === "{%-") {
            stripTrailingWhitespace();
            tokens.push(new Token("{%", TOKEN_TYPES.OpenStatement));
            cursorPosition += 3;
            return "continue";
        }
        if (src.slice(cursorPosition, cursorPosition + 3) === "{{-") {
            stripTrailingWhitespace();
            tokens.push(new Token("{{", TOKEN_TYPES.OpenExpression));
            curlyBracketDepth = 0;
            cursorPosition += 3;
            return "continue";
        }
        consumeWhile(isWhitespace);
        if (src.slice(cursorPosition, cursorPosition + 3) === "-%}") {
            tokens.push(new Token("%}", TOKEN_TYPES.CloseStatement));
            cursorPosition += 3;
            skipLeadingWhitespace();
            return "continue";
        }
        if (src.slice(cursorPosition, cursorPosition + 3) === "-}}") {
            tokens.push(new Token("}}", TOKEN_TYPES.CloseExpression));
            cursorPosition += 3;
            skipLeadingWhitespace();
            return "continue";
        }
        var char = src[cursorPosition];
        if (char === "-" || char === "+") {
            var lastTokenType2 = (_b = tokens.at(-1)) === null || _b === void 0 ? void 0 : _b.type;
            if (lastTokenType2 === TOKEN_TYPES.Text || lastTokenType2 === void 0) {
                throw new SyntaxError("Unexpected character: ".concat(char));
            }
            switch (lastTokenType2) {
                case TOKEN_TYPES.Identifier:
                case TOKEN_TYPES.NumericLiteral:
                case TOKEN_TYPES.StringLiteral:
                case TOKEN_TYPES.CloseParen:
                case TOKEN_TYPES.CloseSquareBracket:
                    break;
                default: {
                    ++cursorPosition;
                    var num = consumeWhile(isInteger);
                    if (num.length > 0 && src[cursorPosition] === "." && isInteger(src[cursorPosition + 1])) {
                        ++cursorPosition;
                        var frac = consumeWhile(isInteger);
                        num = "".concat(num, ".").concat(frac);
                    }
                    tokens.push(new Token("".concat(char).concat(num), num.length > 0 ? TOKEN_TYPES.NumericLiteral : TOKEN_TYPES.UnaryOperator));
                    return "continue";
                }
            }
        }
        try {
            for (var ORDERED_MAPPING_TABLE_1 = (e_2 = void 0, __values(ORDERED_MAPPING_TABLE)), ORDERED_MAPPING_TABLE_1_1 = ORDERED_MAPPING_TABLE_1.next(); !ORDERED_MAPPING_TABLE_1_1.done; ORDERED_MAPPING_TABLE_1_1 = ORDERED_MAPPING_TABLE_1.next()) {
                var _e = __read(ORDERED_MAPPING_TABLE_1_1.value, 2), seq = _e[0], type = _e[1];
                if (seq === "}}" && curlyBracketDepth > 0) {
                    continue;
                }
                var slice2 = src.slice(cursorPosition, cursorPosition + seq.length);
                if (slice2 === seq) {
                    tokens.push(new Token(seq, type));
                    if (type === TOKEN_TYPES.OpenExpression) {
                        curlyBracketDepth = 0;
                    }
                    else if (type === TOKEN_TYPES.OpenCurlyBracket) {
                        ++curlyBracketDepth;
                    }
                    else if (type === TOKEN_TYPES.CloseCurlyBracket) {
                        --curlyBracketDepth;
                    }
                    cursorPosition += seq.length;
                    return "continue-main";
                }
            }
        }
        catch (e_2_1) { e_2 = { error: e_2_1 }; }
        finally {
            try {
                if (ORDERED_MAPPING_TABLE_1_1 && !ORDERED_MAPPING_TABLE_1_1.done && (_d = ORDERED_MAPPING_TABLE_1.return)) _d.call(ORDERED_MAPPING_TABLE_1);
            }
            finally { if (e_2) throw e_2.error; }
        }
        if (char === "'" || char === '"') {
            ++cursorPosition;
            var str = consumeWhile(function (c) { return c !== char; });
            tokens.push(new Token(str, TOKEN_TYPES.StringLiteral));
            ++cursorPosition;
            return "continue";
        }
        if (isInteger(char)) {
            var num = consumeWhile(isInteger);
            if (((_c = tokens.at(-1)) === null || _c === void 0 ? void 0 : _c.type) !== TOKEN_TYPES.Dot && src[cursorPosition] === "." && isInteger(src[cursorPosition + 1])) {
                ++cursorPosition;
                var frac = consumeWhile(isInteger);
                num = "".concat(num, ".").concat(frac);
            }
            tokens.push(new Token(num, TOKEN_TYPES.NumericLiteral));
            return "continue";
        }
        if (isWord(char)) {
            var word = consumeWhile(isWord);
            tokens.push(new Token(word, TOKEN_TYPES.Identifier));
            return "continue";
        }
        throw new SyntaxError("Unexpected character: ".concat(char));
    };
    main: while (cursorPosition < src.length) {
        var state_1 = _loop_2();
        switch (state_1) {
            case "continue-main": continue main;
        }
    }
    return tokens;
}
// src/ast.ts
var Statement = /** @class */ (function () {
    function class_1() {
        this.type = "Statement";
    }
    return class_1;
}());
var Program = /** @class */ (function (_super) {
    __extends(class_2, _super);
    function class_2(body) {
        var _this = _super.call(this) || this;
        _this.type = "Program";
        _this.body = body;
        return _this;
    }
    return class_2;
}(Statement));
var If = /** @class */ (function (_super) {
    __extends(class_3, _super);
    function class_3(test, body, alternate) {
        var _this = _super.call(this) || this;
        _this.type = "If";
        _this.test = test;
        _this.body = body;
        _this.alternate = alternate;
        return _this;
    }
    return class_3;
}(Statement));
var For = /** @class */ (function (_super) {
    __extends(class_4, _super);
    function class_4(loopvar, iterable, body, defaultBlock) {
        var _this = _super.call(this) || this;
        _this.type = "For";
        _this.loopvar = loopvar;
        _this.iterable = iterable;
        _this.body = body;
        _this.defaultBlock = defaultBlock;
        return _this;
    }
    return class_4;
}(Statement));
var Break = /** @class */ (function (_super) {
    __extends(class_5, _super);
    function class_5() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "Break";
        return _this;
    }
    return class_5;
}(Statement));
var Continue = /** @class */ (function (_super) {
    __extends(class_6, _super);
    function class_6() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "Continue";
        return _this;
    }
    return class_6;
}(Statement));
var SetStatement = /** @class */ (function (_super) {
    __extends(class_7, _super);
    function class_7(assignee, value, body) {
        var _this = _super.call(this) || this;
        _this.type = "Set";
        _this.assignee = assignee;
        _this.value = value;
        _this.body = body;
        return _this;
    }
    return class_7;
}(Statement));
var Macro = /** @class */ (function (_super) {
    __extends(class_8, _super);
    function class_8(name, args, body) {
        var _this = _super.call(this) || this;
        _this.type = "Macro";
        _this.name = name;
        _this.args = args;
        _this.body = body;
        return _this;
    }
    return class_8;
}(Statement));
var Comment = /** @class */ (function (_super) {
    __extends(class_9, _super);
    function class_9(value) {
        var _this = _super.call(this) || this;
        _this.type = "Comment";
        _this.value = value;
        return _this;
    }
    return class_9;
}(Statement));
var Expression = /** @class */ (function (_super) {
    __extends(class_10, _super);
    function class_10() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "Expression";
        return _this;
    }
    return class_10;
}(Statement));
var MemberExpression = /** @class */ (function (_super) {
    __extends(class_11, _super);
    function class_11(object, property, computed) {
        var _this = _super.call(this) || this;
        _this.type = "MemberExpression";
        _this.object = object;
        _this.property = property;
        _this.computed = computed;
        return _this;
    }
    return class_11;
}(Expression));
var CallExpression = /** @class */ (function (_super) {
    __extends(class_12, _super);
    function class_12(callee, args) {
        var _this = _super.call(this) || this;
        _this.type = "CallExpression";
        _this.callee = callee;
        _this.args = args;
        return _this;
    }
    return class_12;
}(Expression));
var Identifier = /** @class */ (function (_super) {
    __extends(class_13, _super);
    /**
     * @param {string} value The name of the identifier
     */
    function class_13(value) {
        var _this = _super.call(this) || this;
        _this.type = "Identifier";
        _this.value = value;
        return _this;
    }
    return class_13;
}(Expression));
var Literal = /** @class */ (function (_super) {
    __extends(class_14, _super);
    function class_14(value) {
        var _this = _super.call(this) || this;
        _this.type = "Literal";
        _this.value = value;
        return _this;
    }
    return class_14;
}(Expression));
var IntegerLiteral = /** @class */ (function (_super) {
    __extends(class_15, _super);
    function class_15() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "IntegerLiteral";
        return _this;
    }
    return class_15;
}(Literal));
var FloatLiteral = /** @class */ (function (_super) {
    __extends(class_16, _super);
    function class_16() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "FloatLiteral";
        return _this;
    }
    return class_16;
}(Literal));
var StringLiteral = /** @class */ (function (_super) {
    __extends(class_17, _super);
    function class_17() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "StringLiteral";
        return _this;
    }
    return class_17;
}(Literal));
var ArrayLiteral = /** @class */ (function (_super) {
    __extends(class_18, _super);
    function class_18() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "ArrayLiteral";
        return _this;
    }
    return class_18;
}(Literal));
var TupleLiteral = /** @class */ (function (_super) {
    __extends(class_19, _super);
    function class_19() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "TupleLiteral";
        return _this;
    }
    return class_19;
}(Literal));
var ObjectLiteral = /** @class */ (function (_super) {
    __extends(class_20, _super);
    function class_20() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "ObjectLiteral";
        return _this;
    }
    return class_20;
}(Literal));
var BinaryExpression = /** @class */ (function (_super) {
    __extends(class_21, _super);
    function class_21(operator, left, right) {
        var _this = _super.call(this) || this;
        _this.type = "BinaryExpression";
        _this.operator = operator;
        _this.left = left;
        _this.right = right;
        return _this;
    }
    return class_21;
}(Expression));
var FilterExpression = /** @class */ (function (_super) {
    __extends(class_22, _super);
    function class_22(operand, filter) {
        var _this = _super.call(this) || this;
        _this.type = "FilterExpression";
        _this.operand = operand;
        _this.filter = filter;
        return _this;
    }
    return class_22;
}(Expression));
var FilterStatement = /** @class */ (function (_super) {
    __extends(class_23, _super);
    function class_23(filter, body) {
        var _this = _super.call(this) || this;
        _this.type = "FilterStatement";
        _this.filter = filter;
        _this.body = body;
        return _this;
    }
    return class_23;
}(Statement));
var SelectExpression = /** @class */ (function (_super) {
    __extends(class_24, _super);
    function class_24(lhs, test) {
        var _this = _super.call(this) || this;
        _this.type = "SelectExpression";
        _this.lhs = lhs;
        _this.test = test;
        return _this;
    }
    return class_24;
}(Expression));
var TestExpression = /** @class */ (function (_super) {
    __extends(class_25, _super);
    function class_25(operand, negate, test) {
        var _this = _super.call(this) || this;
        _this.type = "TestExpression";
        _this.operand = operand;
        _this.negate = negate;
        _this.test = test;
        return _this;
    }
    return class_25;
}(Expression));
var UnaryExpression = /** @class */ (function (_super) {
    __extends(class_26, _super);
    function class_26(operator, argument) {
        var _this = _super.call(this) || this;
        _this.type = "UnaryExpression";
        _this.operator = operator;
        _this.argument = argument;
        return _this;
    }
    return class_26;
}(Expression));
var SliceExpression = /** @class */ (function (_super) {
    __extends(class_27, _super);
    function class_27(start, stop, step) {
        if (start === void 0) { start = void 0; }
        if (stop === void 0) { stop = void 0; }
        if (step === void 0) { step = void 0; }
        var _this = _super.call(this) || this;
        _this.type = "SliceExpression";
        _this.start = start;
        _this.stop = stop;
        _this.step = step;
        return _this;
    }
    return class_27;
}(Expression));
var KeywordArgumentExpression = /** @class */ (function (_super) {
    __extends(class_28, _super);
    function class_28(key, value) {
        var _this = _super.call(this) || this;
        _this.type = "KeywordArgumentExpression";
        _this.key = key;
        _this.value = value;
        return _this;
    }
    return class_28;
}(Expression));
var SpreadExpression = /** @class */ (function (_super) {
    __extends(class_29, _super);
    function class_29(argument) {
        var _this = _super.call(this) || this;
        _this.type = "SpreadExpression";
        _this.argument = argument;
        return _this;
    }
    return class_29;
}(Expression));
var KeywordSpreadExpression = /** @class */ (function (_super) {
    __extends(class_30, _super);
    function class_30(argument) {
        var _this = _super.call(this) || this;
        _this.type = "KeywordSpreadExpression";
        _this.argument = argument;
        return _this;
    }
    return class_30;
}(Expression));
var CallStatement = /** @class */ (function (_super) {
    __extends(class_31, _super);
    function class_31(call, callerArgs, body) {
        var _this = _super.call(this) || this;
        _this.type = "CallStatement";
        _this.call = call;
        _this.callerArgs = callerArgs;
        _this.body = body;
        return _this;
    }
    return class_31;
}(Statement));
var Ternary = /** @class */ (function (_super) {
    __extends(class_32, _super);
    function class_32(condition, trueExpr, falseExpr) {
        var _this = _super.call(this) || this;
        _this.type = "Ternary";
        _this.condition = condition;
        _this.trueExpr = trueExpr;
        _this.falseExpr = falseExpr;
        return _this;
    }
    return class_32;
}(Expression));
// src/parser.ts
function parse(tokens) {
    var program = new Program([]);
    var current = 0;
    function expect(type, error) {
        var prev = tokens[current++];
        if (!prev || prev.type !== type) {
            throw new Error("Parser Error: ".concat(error, ". ").concat(prev.type, " !== ").concat(type, "."));
        }
        return prev;
    }
    function expectIdentifier(name) {
        if (!isIdentifier(name)) {
            throw new SyntaxError("Expected ".concat(name));
        }
        ++current;
    }
    function parseAny() {
        switch (tokens[current].type) {
            case TOKEN_TYPES.Comment:
                return new Comment(tokens[current++].value);
            case TOKEN_TYPES.Text:
                return parseText();
            case TOKEN_TYPES.OpenStatement:
                return parseJinjaStatement();
            case TOKEN_TYPES.OpenExpression:
                return parseJinjaExpression();
            default:
                throw new SyntaxError("Unexpected token type: ".concat(tokens[current].type));
        }
    }
    function is() {
        var types = [];
        for (var _i = 0; _i < arguments.length; _i++) {
            types[_i] = arguments[_i];
        }
        return current + types.length <= tokens.length && types.every(function (type, i) { return type === tokens[current + i].type; });
    }
    function isStatement() {
        var _a, _b, _c;
        var names = [];
        for (var _i = 0; _i < arguments.length; _i++) {
            names[_i] = arguments[_i];
        }
        return ((_a = tokens[current]) === null || _a === void 0 ? void 0 : _a.type) === TOKEN_TYPES.OpenStatement && ((_b = tokens[current + 1]) === null || _b === void 0 ? void 0 : _b.type) === TOKEN_TYPES.Identifier && names.includes((_c = tokens[current + 1]) === null || _c === void 0 ? void 0 : _c.value);
    }
    function isIdentifier() {
        var names = [];
        for (var _i = 0; _i < arguments.length; _i++) {
            names[_i] = arguments[_i];
        }
        return current + names.length <= tokens.length && names.every(function (name, i) { return tokens[current + i].type === "Identifier" && name === tokens[current + i].value; });
    }
    function parseText() {
        return new StringLiteral(expect(TOKEN_TYPES.Text, "Expected text token").value);
    }
    function parseJinjaStatement() {
        expect(TOKEN_TYPES.OpenStatement, "Expected opening statement token");
        if (tokens[current].type !== TOKEN_TYPES.Identifier) {
            throw new SyntaxError("Unknown statement, got ".concat(tokens[current].type));
        }
        var name = tokens[current].value;
        var result;
        switch (name) {
            case "set":
                ++current;
                result = parseSetStatement();
                break;
            case "if":
                ++current;
                result = parseIfStatement();
                expect(TOKEN_TYPES.OpenStatement, "Expected {% token");
                expectIdentifier("endif");
                expect(TOKEN_TYPES.CloseStatement, "Expected %} token");
                break;
            case "macro":
                ++current;
                result = parseMacroStatement();
                expect(TOKEN_TYPES.OpenStatement, "Expected {% token");
                expectIdentifier("endmacro");
                expect(TOKEN_TYPES.CloseStatement, "Expected %} token");
                break;
            case "for":
                ++current;
                result = parseForStatement();
                expect(TOKEN_TYPES.OpenStatement, "Expected {% token");
                expectIdentifier("endfor");
                expect(TOKEN_TYPES.CloseStatement, "Expected %} token");
                break;
            case "call": {
                ++current;
                var callerArgs = null;
                if (is(TOKEN_TYPES.OpenParen)) {
                    callerArgs = parseArgs("parameters");
                }
                var callee = parsePrimaryExpression();
                if (callee.type !== "Identifier") {
                    throw new SyntaxError("Expected identifier following call statement");
                }
                var callArgs = parseArgs("call");
                expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
                var body = [];
                while (!isStatement("endcall")) {
                    body.push(parseAny());
                }
                expect(TOKEN_TYPES.OpenStatement, "Expected '{%'");
                expectIdentifier("endcall");
                expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
                var callExpr = new CallExpression(callee, callArgs);
                result = new CallStatement(callExpr, callerArgs, body);
                break;
            }
            case "break":
                ++current;
                expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
                result = new Break();
                break;
            case "continue":
                ++current;
                expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
                result = new Continue();
                break;
            case "filter": {
                ++current;
                var filterNode = parsePrimaryExpression();
                if (filterNode instanceof Identifier && is(TOKEN_TYPES.OpenParen)) {
                    filterNode = parseCallExpression(filterNode);
                }
                expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
                var filterBody = [];
                while (!isStatement("endfilter")) {
                    filterBody.push(parseAny());
                }
                expect(TOKEN_TYPES.OpenStatement, "Expected '{%'");
                expectIdentifier("endfilter");
                expect(TOKEN_TYPES.CloseStatement, "Expected '%}'");
                result = new FilterStatement(filterNode, filterBody);
                break;
            }
            default:
                throw new SyntaxError("Unknown statement type: ".concat(name));
        }
        return result;
    }
    function parseJinjaExpression() {
        expect(TOKEN_TYPES.OpenExpression, "Expected opening expression token");
        var result = parseExpression();
        expect(TOKEN_TYPES.CloseExpression, "Expected closing expression token");
        return result;
    }
    function parseSetStatement() {
        var left = parseExpressionSequence();
        var value = null;
        var body = [];
        if (is(TOKEN_TYPES.Equals)) {
            ++current;
            value = parseExpressionSequence();
        }
        else {
            expect(TOKEN_TYPES.CloseStatement, "Expected %} token");
            while (!isStatement("endset")) {
                body.push(parseAny());
            }
            expect(TOKEN_TYPES.OpenStatement, "Expected {% token");
            expectIdentifier("endset");
        }
        expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
        return new SetStatement(left, value, body);
    }
    function parseIfStatement() {
        var test = parseExpression();
        expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
        var body = [];
        var alternate = [];
        while (!isStatement("elif", "else", "endif")) {
            body.push(parseAny());
        }
        if (isStatement("elif")) {
            ++current;
            ++current;
            var result = parseIfStatement();
            alternate.push(result);
        }
        else if (isStatement("else")) {
            ++current;
            ++current;
            expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
            while (!isStatement("endif")) {
                alternate.push(parseAny());
            }
        }
        return new If(test, body, alternate);
    }
    function parseMacroStatement() {
        var name = parsePrimaryExpression();
        if (name.type !== "Identifier") {
            throw new SyntaxError("Expected identifier following macro statement");
        }
        var args = parseArgs("parameters");
        expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
        var body = [];
        while (!isStatement("endmacro")) {
            body.push(parseAny());
        }
        return new Macro(name, args, body);
    }
    function parseExpressionSequence(primary) {
        if (primary === void 0) { primary = false; }
        var fn = primary ? parsePrimaryExpression : parseExpression;
        var expressions = [fn()];
        var isTuple = is(TOKEN_TYPES.Comma);
        while (isTuple) {
            ++current;
            expressions.push(fn());
            if (!is(TOKEN_TYPES.Comma)) {
                break;
            }
        }
        return isTuple ? new TupleLiteral(expressions) : expressions[0];
    }
    function parseForStatement() {
        var loopVariable = parseExpressionSequence(true);
        if (!(loopVariable instanceof Identifier || loopVariable instanceof TupleLiteral)) {
            throw new SyntaxError("Expected identifier/tuple for the loop variable, got ".concat(loopVariable.type, " instead"));
        }
        if (!isIdentifier("in")) {
            throw new SyntaxError("Expected `in` keyword following loop variable");
        }
        ++current;
        var iterable = parseExpression();
        expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
        var body = [];
        while (!isStatement("endfor", "else")) {
            body.push(parseAny());
        }
        var alternative = [];
        if (isStatement("else")) {
            ++current;
            ++current;
            expect(TOKEN_TYPES.CloseStatement, "Expected closing statement token");
            while (!isStatement("endfor")) {
                alternative.push(parseAny());
            }
        }
        return new For(loopVariable, iterable, body, alternative);
    }
    function parseExpression() {
        return parseIfExpression();
    }
    function parseIfExpression() {
        var a = parseLogicalOrExpression();
        if (isIdentifier("if")) {
            ++current;
            var test = parseLogicalOrExpression();
            if (isIdentifier("else")) {
                ++current;
                var falseExpr = parseIfExpression();
                return new Ternary(test, a, falseExpr);
            }
            else {
                return new SelectExpression(a, test);
            }
        }
        return a;
    }
    function parseLogicalOrExpression() {
        var left = parseLogicalAndExpression();
        while (isIdentifier("or")) {
            var operator = tokens[current];
            ++current;
            var right = parseLogicalAndExpression();
            left = new BinaryExpression(operator, left, right);
        }
        return left;
    }
    function parseLogicalAndExpression() {
        var left = parseLogicalNegationExpression();
        while (isIdentifier("and")) {
            var operator = tokens[current];
            ++current;
            var right = parseLogicalNegationExpression();
            left = new BinaryExpression(operator, left, right);
        }
        return left;
    }
    function parseLogicalNegationExpression() {
        var right;
        while (isIdentifier("not")) {
            var operator = tokens[current];
            ++current;
            var arg = parseLogicalNegationExpression();
            right = new UnaryExpression(operator, arg);
        }
        return right !== null && right !== void 0 ? right : parseComparisonExpression();
    }
    function parseComparisonExpression() {
        var left = parseAdditiveExpression();
        while (true) {
            var operator = void 0;
            if (isIdentifier("not", "in")) {
                operator = new Token("not in", TOKEN_TYPES.Identifier);
                current += 2;
            }
            else if (isIdentifier("in")) {
                operator = tokens[current++];
            }
            else if (is(TOKEN_TYPES.ComparisonBinaryOperator)) {
                operator = tokens[current++];
            }
            else {
                break;
            }
            var right = parseAdditiveExpression();
            left = new BinaryExpression(operator, left, right);
        }
        return left;
    }
    function parseAdditiveExpression() {
        var left = parseMultiplicativeExpression();
        while (is(TOKEN_TYPES.AdditiveBinaryOperator)) {
            var operator = tokens[current];
            ++current;
            var right = parseMultiplicativeExpression();
            left = new BinaryExpression(operator, left, right);
        }
        return left;
    }
    function parseCallMemberExpression() {
        var member = parseMemberExpression(parsePrimaryExpression());
        if (is(TOKEN_TYPES.OpenParen)) {
            return parseCallExpression(member);
        }
        return member;
    }
    function parseCallExpression(callee) {
        var expression = new CallExpression(callee, parseArgs("call"));
        expression = parseMemberExpression(expression);
        if (is(TOKEN_TYPES.OpenParen)) {
            expression = parseCallExpression(expression);
        }
        return expression;
    }
    function parseArgs(mode) {
        expect(TOKEN_TYPES.OpenParen, "Expected opening parenthesis for arguments list");
        var args = parseArgumentsList(mode);
        expect(TOKEN_TYPES.CloseParen, "Expected closing parenthesis for arguments list");
        return args;
    }
    function parseArgumentsList(mode) {
        var args = [];
        var parameterNames = /* @__PURE__ */ new Set();
        var sawKeywordOrDefault = false;
        var sawSpreadArgument = false;
        while (!is(TOKEN_TYPES.CloseParen)) {
            var isKeywordSpread = is(TOKEN_TYPES.ExponentiationBinaryOperator);
            var isPositionalSpread = is(TOKEN_TYPES.MultiplicativeBinaryOperator) && tokens[current].value === "*";
            if (mode === "parameters" && (isKeywordSpread || isPositionalSpread)) {
                throw new SyntaxError("Argument unpacking is not allowed in parameter declarations");
            }
            if (isKeywordSpread) {
                ++current;
                args.push(new KeywordSpreadExpression(parseExpression()));
                if (is(TOKEN_TYPES.Comma)) {
                    ++current;
                }
                if (!is(TOKEN_TYPES.CloseParen)) {
                    throw new SyntaxError("Expected closing parenthesis: `**` must be applied to the final argument");
                }
                break;
            }
            var argument = void 0;
            if (isPositionalSpread) {
                if (sawSpreadArgument) {
                    throw new SyntaxError("Only one `*` argument unpacking is allowed");
                }
                sawSpreadArgument = true;
                ++current;
                var expr = parseExpression();
                argument = new SpreadExpression(expr);
            }
            else {
                argument = parseExpression();
                if (is(TOKEN_TYPES.Equals)) {
                    ++current;
                    if (!(argument instanceof Identifier)) {
                        throw new SyntaxError(mode === "parameters" ? "Expected identifier for parameter declaration" : "Expected identifier for keyword argument");
                    }
                    var value = parseExpression();
                    argument = new KeywordArgumentExpression(argument, value);
                }
                if (mode === "parameters") {
                    if (!(argument instanceof Identifier || argument instanceof KeywordArgumentExpression)) {
                        throw new SyntaxError("Expected identifier for parameter declaration");
                    }
                    var parameterName = argument instanceof Identifier ? argument.value : argument.key.value;
                    if (parameterNames.has(parameterName)) {
                        throw new SyntaxError("Duplicate parameter name: ".concat(parameterName));
                    }
                    parameterNames.add(parameterName);
                }
                if (argument instanceof KeywordArgumentExpression) {
                    sawKeywordOrDefault = true;
                }
                else if (sawKeywordOrDefault) {
                    throw new SyntaxError(mode === "call" ? "Positional arguments must come before keyword arguments" : "Non-default argument follows default argument");
                }
                else if (sawSpreadArgument) {
                    throw new SyntaxError("Positional arguments must not follow `*` argument unpacking");
                }
            }
            args.push(argument);
            if (is(TOKEN_TYPES.Comma)) {
                ++current;
            }
        }
        return args;
    }
    function parseMemberExpressionArgumentsList() {
        var slices = [];
        var isSlice = false;
        while (!is(TOKEN_TYPES.CloseSquareBracket)) {
            if (is(TOKEN_TYPES.Colon)) {
                slices.push(void 0);
                ++current;
                isSlice = true;
            }
            else {
                slices.push(parseExpression());
                if (is(TOKEN_TYPES.Colon)) {
                    ++current;
                    isSlice = true;
                }
            }
        }
        if (slices.length === 0) {
            throw new SyntaxError("Expected at least one argument for member/slice expression");
        }
        if (isSlice) {
            if (slices.length > 3) {
                throw new SyntaxError("Expected 0-3 arguments for slice expression");
            }
            return new (SliceExpression.bind.apply(SliceExpression, __spreadArray([void 0], __read(slices), false)))();
        }
        return slices[0];
    }
    function parseMemberExpression(object) {
        while (is(TOKEN_TYPES.Dot) || is(TOKEN_TYPES.OpenSquareBracket)) {
            var operator = tokens[current];
            ++current;
            var property = void 0;
            var computed = operator.type === TOKEN_TYPES.OpenSquareBracket;
            if (computed) {
                property = parseMemberExpressionArgumentsList();
                expect(TOKEN_TYPES.CloseSquareBracket, "Expected closing square bracket");
            }
            else {
                property = parsePrimaryExpression();
                if (property.type !== "Identifier" && property.type !== "IntegerLiteral") {
                    throw new SyntaxError("Expected identifier or integer following dot operator");
                }
            }
            object = new MemberExpression(object, property, computed);
        }
        return object;
    }
    function parseMultiplicativeExpression() {
        var left = parsePowerExpression();
        while (is(TOKEN_TYPES.MultiplicativeBinaryOperator)) {
            var operator = tokens[current++];
            var right = parsePowerExpression();
            left = new BinaryExpression(operator, left, right);
        }
        return left;
    }
    function parsePowerExpression() {
        var left = parseTestExpression();
        while (is(TOKEN_TYPES.ExponentiationBinaryOperator)) {
            var operator = tokens[current++];
            var right = parseTestExpression();
            left = new BinaryExpression(operator, left, right);
        }
        return left;
    }
    function parseTestExpression() {
        var operand = parseFilterExpression();
        while (isIdentifier("is")) {
            ++current;
            var negate = isIdentifier("not");
            if (negate) {
                ++current;
            }
            var filter = parsePrimaryExpression();
            if (!(filter instanceof Identifier)) {
                throw new SyntaxError("Expected identifier for the test");
            }
            operand = new TestExpression(operand, negate, filter);
        }
        return operand;
    }
    function parseFilterExpression() {
        var operand = parseUnarySignExpression();
        while (is(TOKEN_TYPES.Pipe)) {
            ++current;
            var filter = parsePrimaryExpression();
            if (!(filter instanceof Identifier)) {
                throw new SyntaxError("Expected identifier for the filter");
            }
            if (is(TOKEN_TYPES.OpenParen)) {
                filter = parseCallExpression(filter);
            }
            operand = new FilterExpression(operand, filter);
        }
        return operand;
    }
    function parseUnarySignExpression() {
        var token = tokens[current];
        if (token && (token.type === TOKEN_TYPES.UnaryOperator || token.type === TOKEN_TYPES.AdditiveBinaryOperator) && (token.value === "-" || token.value === "+")) {
            var operator = tokens[current++];
            var argument = parseUnarySignExpression();
            return new UnaryExpression(operator, argument);
        }
        return parseCallMemberExpression();
    }
    function parsePrimaryExpression() {
        var token = tokens[current++];
        switch (token.type) {
            case TOKEN_TYPES.NumericLiteral: {
                var num = token.value;
                return num.includes(".") ? new FloatLiteral(Number(num)) : new IntegerLiteral(Number(num));
            }
            case TOKEN_TYPES.StringLiteral: {
                var value = token.value;
                while (is(TOKEN_TYPES.StringLiteral)) {
                    value += tokens[current++].value;
                }
                return new StringLiteral(value);
            }
            case TOKEN_TYPES.Identifier:
                return new Identifier(token.value);
            case TOKEN_TYPES.OpenParen: {
                var expression = parseExpressionSequence();
                expect(TOKEN_TYPES.CloseParen, "Expected closing parenthesis, got ${tokens[current].type} instead.");
                return expression;
            }
            case TOKEN_TYPES.OpenSquareBracket: {
                var values = [];
                while (!is(TOKEN_TYPES.CloseSquareBracket)) {
                    values.push(parseExpression());
                    if (is(TOKEN_TYPES.Comma)) {
                        ++current;
                    }
                }
                ++current;
                return new ArrayLiteral(values);
            }
            case TOKEN_TYPES.OpenCurlyBracket: {
                var values = /* @__PURE__ */ new Map();
                while (!is(TOKEN_TYPES.CloseCurlyBracket)) {
                    var key = parseExpression();
                    expect(TOKEN_TYPES.Colon, "Expected colon between key and value in object literal");
                    var value = parseExpression();
                    values.set(key, value);
                    if (is(TOKEN_TYPES.Comma)) {
                        ++current;
                    }
                }
                ++current;
                return new ObjectLiteral(values);
            }
            default:
                throw new SyntaxError("Unexpected token: ".concat(token.type));
        }
    }
    while (current < tokens.length) {
        program.body.push(parseAny());
    }
    return program;
}
// src/utils.ts
function range(start, stop, step) {
    if (step === void 0) { step = 1; }
    if (stop === void 0) {
        stop = start;
        start = 0;
    }
    if (step === 0) {
        throw new Error("range() step must not be zero");
    }
    var result = [];
    if (step > 0) {
        for (var i = start; i < stop; i += step) {
            result.push(i);
        }
    }
    else {
        for (var i = start; i > stop; i += step) {
            result.push(i);
        }
    }
    return result;
}
function slice(array, start, stop, step) {
    if (step === void 0) { step = 1; }
    var direction = Math.sign(step);
    if (direction >= 0) {
        start = (start !== null && start !== void 0 ? start : (start = 0)) < 0 ? Math.max(array.length + start, 0) : Math.min(start, array.length);
        stop = (stop !== null && stop !== void 0 ? stop : (stop = array.length)) < 0 ? Math.max(array.length + stop, 0) : Math.min(stop, array.length);
    }
    else {
        start = (start !== null && start !== void 0 ? start : (start = array.length - 1)) < 0 ? Math.max(array.length + start, -1) : Math.min(start, array.length - 1);
        stop = (stop !== null && stop !== void 0 ? stop : (stop = -1)) < -1 ? Math.max(array.length + stop, -1) : Math.min(stop, array.length - 1);
    }
    var result = [];
    for (var i = start; direction * i < direction * stop; i += step) {
        result.push(array[i]);
    }
    return result;
}
function titleCase(value) {
    return value.replace(/\b\w/g, function (c) { return c.toUpperCase(); });
}
function strftime_now(format2) {
    return strftime(/* @__PURE__ */ new Date(), format2);
}
function strftime(date, format2) {
    var monthFormatterLong = new Intl.DateTimeFormat(void 0, { month: "long" });
    var monthFormatterShort = new Intl.DateTimeFormat(void 0, { month: "short" });
    var pad2 = function (n) { return n < 10 ? "0" + n : n.toString(); };
    return format2.replace(/%[YmdbBHM%]/g, function (token) {
        switch (token) {
            case "%Y":
                return date.getFullYear().toString();
            case "%m":
                return pad2(date.getMonth() + 1);
            case "%d":
                return pad2(date.getDate());
            case "%b":
                return monthFormatterShort.format(date);
            case "%B":
                return monthFormatterLong.format(date);
            case "%H":
                return pad2(date.getHours());
            case "%M":
                return pad2(date.getMinutes());
            case "%%":
                return "%";
            default:
                return token;
        }
    });
}
function escapeRegExp(s) {
    return s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function replace(str, oldvalue, newvalue, count) {
    if (count === 0) {
        return str;
    }
    var remaining = count == null || count < 0 ? Infinity : count;
    var pattern = oldvalue.length === 0 ? new RegExp("(?=)", "gu") : new RegExp(escapeRegExp(oldvalue), "gu");
    return str.replaceAll(pattern, function (match) {
        if (remaining > 0) {
            --remaining;
            return newvalue;
        }
        return match;
    });
}
// src/runtime.ts
var BreakControl = /** @class */ (function () {
    function BreakControl() {
    }
    return BreakControl;
}());
var ContinueControl = /** @class */ (function () {
    function ContinueControl() {
    }
    return ContinueControl;
}());
var EMPTY_BUILTINS = /* @__PURE__ */ new Map();
var RuntimeValue = /** @class */ (function () {
    /**
     * Creates a new RuntimeValue.
     */
    function class_33(value) {
        if (value === void 0) { value = void 0; }
        this.type = "RuntimeValue";
        this.value = value;
    }
    Object.defineProperty(class_33.prototype, "builtins", {
        /**
         * A collection of built-in functions for this type.
         */
        get: function () {
            return EMPTY_BUILTINS;
        },
        enumerable: false,
        configurable: true
    });
    /**
     * Determines truthiness or falsiness of the runtime value.
     * This function should be overridden by subclasses if it has custom truthiness criteria.
     * @returns {BooleanValue} BooleanValue(true) if the value is truthy, BooleanValue(false) otherwise.
     */
    class_33.prototype.__bool__ = function () {
        return new BooleanValue(!!this.value);
    };
    class_33.prototype.toString = function () {
        return String(this.value);
    };
    return class_33;
}());
var IntegerValue = /** @class */ (function (_super) {
    __extends(class_34, _super);
    function class_34() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "IntegerValue";
        return _this;
    }
    return class_34;
}(RuntimeValue));
var FloatValue = /** @class */ (function (_super) {
    __extends(class_35, _super);
    function class_35() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "FloatValue";
        return _this;
    }
    class_35.prototype.toString = function () {
        if (Object.is(this.value, -0)) {
            return "-0.0";
        }
        return this.value % 1 === 0 ? this.value.toFixed(1) : this.value.toString();
    };
    return class_35;
}(RuntimeValue));
var StringValue = /** @class */ (function (_super) {
    __extends(class_36, _super);
    function class_36() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "StringValue";
        return _this;
    }
    Object.defineProperty(class_36.prototype, "builtins", {
        get: function () {
            var _this = this;
            var _a;
            return (_a = this._builtins) !== null && _a !== void 0 ? _a : (this._builtins = new Map([
                [
                    "upper",
                    new FunctionValue(function () {
                        return new StringValue(_this.value.toUpperCase());
                    })
                ],
                [
                    "lower",
                    new FunctionValue(function () {
                        return new StringValue(_this.value.toLowerCase());
                    })
                ],
                [
                    "strip",
                    new FunctionValue(function () {
                        return new StringValue(_this.value.trim());
                    })
                ],
                [
                    "title",
                    new FunctionValue(function () {
                        return new StringValue(titleCase(_this.value));
                    })
                ],
                [
                    "capitalize",
                    new FunctionValue(function () {
                        return new StringValue(_this.value.charAt(0).toUpperCase() + _this.value.slice(1));
                    })
                ],
                ["length", new IntegerValue(this.value.length)],
                [
                    "rstrip",
                    new FunctionValue(function () {
                        return new StringValue(_this.value.trimEnd());
                    })
                ],
                [
                    "lstrip",
                    new FunctionValue(function () {
                        return new StringValue(_this.value.trimStart());
                    })
                ],
                [
                    "startswith",
                    new FunctionValue(function (args) {
                        var e_3, _a;
                        if (args.length === 0) {
                            throw new Error("startswith() requires at least one argument");
                        }
                        var pattern = args[0];
                        if (pattern instanceof StringValue) {
                            return new BooleanValue(_this.value.startsWith(pattern.value));
                        }
                        else if (pattern instanceof ArrayValue) {
                            try {
                                for (var _b = __values(pattern.value), _c = _b.next(); !_c.done; _c = _b.next()) {
                                    var item = _c.value;
                                    if (!(item instanceof StringValue)) {
                                        throw new Error("startswith() tuple elements must be strings");
                                    }
                                    if (_this.value.startsWith(item.value)) {
                                        return new BooleanValue(true);
                                    }
                                }
                            }
                            catch (e_3_1) { e_3 = { error: e_3_1 }; }
                            finally {
                                try {
                                    if (_c && !_c.done && (_a = _b.return)) _a.call(_b);
                                }
                                finally { if (e_3) throw e_3.error; }
                            }
                            return new BooleanValue(false);
                        }
                        throw new Error("startswith() argument must be a string or tuple of strings");
                    })
                ],
                [
                    "endswith",
                    new FunctionValue(function (args) {
                        var e_4, _a;
                        if (args.length === 0) {
                            throw new Error("endswith() requires at least one argument");
                        }
                        var pattern = args[0];
                        if (pattern instanceof StringValue) {
                            return new BooleanValue(_this.value.endsWith(pattern.value));
                        }
                        else if (pattern instanceof ArrayValue) {
                            try {
                                for (var _b = __values(pattern.value), _c = _b.next(); !_c.done; _c = _b.next()) {
                                    var item = _c.value;
                                    if (!(item instanceof StringValue)) {
                                        throw new Error("endswith() tuple elements must be strings");
                                    }
                                    if (_this.value.endsWith(item.value)) {
                                        return new BooleanValue(true);
                                    }
                                }
                            }
                            catch (e_4_1) { e_4 = { error: e_4_1 }; }
                            finally {
                                try {
                                    if (_c && !_c.done && (_a = _b.return)) _a.call(_b);
                                }
                                finally { if (e_4) throw e_4.error; }
                            }
                            return new BooleanValue(false);
                        }
                        throw new Error("endswith() argument must be a string or tuple of strings");
                    })
                ],
                [
                    "split",
                    // follows Python's `str.split(sep=None, maxsplit=-1)` function behavior
                    // https://docs.python.org/3.13/library/stdtypes.html#str.split
                    new FunctionValue(function (args) {
                        var e_5, _a;
                        var _b, _c;
                        var sep = (_b = args[0]) !== null && _b !== void 0 ? _b : new NullValue();
                        if (!(sep instanceof StringValue || sep instanceof NullValue)) {
                            throw new Error("sep argument must be a string or null");
                        }
                        var maxsplit = (_c = args[1]) !== null && _c !== void 0 ? _c : new IntegerValue(-1);
                        if (!(maxsplit instanceof IntegerValue)) {
                            throw new Error("maxsplit argument must be a number");
                        }
                        var result = [];
                        if (sep instanceof NullValue) {
                            var text = _this.value.trimStart();
                            try {
                                for (var _d = __values(text.matchAll(/\S+/g)), _e = _d.next(); !_e.done; _e = _d.next()) {
                                    var _f = _e.value, match = _f[0], index = _f.index;
                                    if (maxsplit.value !== -1 && result.length >= maxsplit.value && index !== void 0) {
                                        result.push(match + text.slice(index + match.length));
                                        break;
                                    }
                                    result.push(match);
                                }
                            }
                            catch (e_5_1) { e_5 = { error: e_5_1 }; }
                            finally {
                                try {
                                    if (_e && !_e.done && (_a = _d.return)) _a.call(_d);
                                }
                                finally { if (e_5) throw e_5.error; }
                            }
                        }
                        else {
                            if (sep.value === "") {
                                throw new Error("empty separator");
                            }
                            result = _this.value.split(sep.value);
                            if (maxsplit.value !== -1 && result.length > maxsplit.value) {
                                result.push(result.splice(maxsplit.value).join(sep.value));
                            }
                        }
                        return new ArrayValue(result.map(function (part) { return new StringValue(part); }));
                    })
                ],
                [
                    "replace",
                    new FunctionValue(function (args) {
                        var _a;
                        if (args.length < 2) {
                            throw new Error("replace() requires at least two arguments");
                        }
                        var oldValue = args[0];
                        var newValue = args[1];
                        if (!(oldValue instanceof StringValue && newValue instanceof StringValue)) {
                            throw new Error("replace() arguments must be strings");
                        }
                        var count;
                        if (args.length > 2) {
                            if (args[2].type === "KeywordArgumentsValue") {
                                count = (_a = args[2].value.get("count")) !== null && _a !== void 0 ? _a : new NullValue();
                            }
                            else {
                                count = args[2];
                            }
                        }
                        else {
                            count = new NullValue();
                        }
                        if (!(count instanceof IntegerValue || count instanceof NullValue)) {
                            throw new Error("replace() count argument must be a number or null");
                        }
                        return new StringValue(replace(_this.value, oldValue.value, newValue.value, count.value));
                    })
                ]
            ]));
        },
        enumerable: false,
        configurable: true
    });
    return class_36;
}(RuntimeValue));
var BooleanValue = /** @class */ (function (_super) {
    __extends(class_37, _super);
    function class_37() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "BooleanValue";
        return _this;
    }
    return class_37;
}(RuntimeValue));
var NON_ASCII_CHARS = /[\x7f-\uffff]/g;
function makeAsciiSafe(str) {
    return str.replace(NON_ASCII_CHARS, function (char) { return "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"); });
}
function toJSON(input, options, depth, convertUndefinedToNull) {
    var _a;
    if (options === void 0) { options = {}; }
    if (depth === void 0) { depth = 0; }
    if (convertUndefinedToNull === void 0) { convertUndefinedToNull = true; }
    var _b = options.indent, indent = _b === void 0 ? null : _b, _c = options.ensureAscii, ensureAscii = _c === void 0 ? false : _c, _d = options.separators, separators = _d === void 0 ? null : _d, _e = options.sortKeys, sortKeys = _e === void 0 ? false : _e;
    var itemSeparator;
    var keySeparator;
    if (separators) {
        _a = __read(separators, 2), itemSeparator = _a[0], keySeparator = _a[1];
    }
    else if (indent) {
        itemSeparator = ",";
        keySeparator = ": ";
    }
    else {
        itemSeparator = ", ";
        keySeparator = ": ";
    }
    switch (input.type) {
        case "NullValue":
            return "null";
        case "UndefinedValue":
            return convertUndefinedToNull ? "null" : "undefined";
        case "IntegerValue":
        case "FloatValue":
        case "BooleanValue":
            return JSON.stringify(input.value);
        case "StringValue": {
            var result = JSON.stringify(input.value);
            if (ensureAscii) {
                result = makeAsciiSafe(result);
            }
            return result;
        }
        case "ArrayValue":
        case "NamespaceValue":
        case "ObjectValue": {
            var indentValue = indent ? " ".repeat(indent) : "";
            var basePadding = "\n" + indentValue.repeat(depth);
            var childrenPadding_1 = basePadding + indentValue;
            if (input.type === "ArrayValue") {
                var core = input.value.map(function (x) { return toJSON(x, options, depth + 1, convertUndefinedToNull); });
                return indent && core.length > 0 ? "[".concat(childrenPadding_1).concat(core.join("".concat(itemSeparator).concat(childrenPadding_1))).concat(basePadding, "]") : "[".concat(core.join(itemSeparator), "]");
            }
            else {
                var entries = Array.from(input.value.entries());
                if (sortKeys) {
                    entries = entries.sort(function (_a, _b) {
                        var _c = __read(_a, 1), a = _c[0];
                        var _d = __read(_b, 1), b = _d[0];
                        return a.localeCompare(b);
                    });
                }
                var core = entries.map(function (_a) {
                    var _b = __read(_a, 2), key = _b[0], value = _b[1];
                    var keyStr = JSON.stringify(key);
                    if (ensureAscii) {
                        keyStr = makeAsciiSafe(keyStr);
                    }
                    var v = "".concat(keyStr).concat(keySeparator).concat(toJSON(value, options, depth + 1, convertUndefinedToNull));
                    return indent ? "".concat(childrenPadding_1).concat(v) : v;
                });
                return indent && core.length > 0 ? "{".concat(core.join(itemSeparator)).concat(basePadding, "}") : "{".concat(core.join(itemSeparator), "}");
            }
        }
        default:
            throw new Error("Cannot convert to JSON: ".concat(input.type));
    }
}
var ObjectValue = /** @class */ (function (_super) {
    __extends(class_38, _super);
    function class_38() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "ObjectValue";
        return _this;
    }
    /**
     * NOTE: necessary to override since all JavaScript arrays are considered truthy,
     * while only non-empty Python arrays are consider truthy.
     *
     * e.g.,
     *  - JavaScript:  {} && 5 -> 5
     *  - Python:      {} and 5 -> {}
     */
    class_38.prototype.__bool__ = function () {
        return new BooleanValue(this.value.size > 0);
    };
    Object.defineProperty(class_38.prototype, "builtins", {
        get: function () {
            var _this = this;
            var _a;
            return (_a = this._builtins) !== null && _a !== void 0 ? _a : (this._builtins = new Map([
                [
                    "get",
                    new FunctionValue(function (_a) {
                        var _b, _c;
                        var _d = __read(_a, 2), key = _d[0], defaultValue = _d[1];
                        if (!(key instanceof StringValue)) {
                            throw new Error("Object key must be a string: got ".concat(key.type));
                        }
                        return (_c = (_b = _this.value.get(key.value)) !== null && _b !== void 0 ? _b : defaultValue) !== null && _c !== void 0 ? _c : new NullValue();
                    })
                ],
                ["items", new FunctionValue(function () { return _this.items(); })],
                ["keys", new FunctionValue(function () { return _this.keys(); })],
                ["values", new FunctionValue(function () { return _this.values(); })],
                [
                    "dictsort",
                    new FunctionValue(function (args) {
                        var _a, _b, _c, _d, _e, _f;
                        var kwargs = /* @__PURE__ */ new Map();
                        var positionalArgs = args.filter(function (arg) {
                            if (arg instanceof KeywordArgumentsValue) {
                                kwargs = arg.value;
                                return false;
                            }
                            return true;
                        });
                        var caseSensitive = (_b = (_a = positionalArgs.at(0)) !== null && _a !== void 0 ? _a : kwargs.get("case_sensitive")) !== null && _b !== void 0 ? _b : new BooleanValue(false);
                        if (!(caseSensitive instanceof BooleanValue)) {
                            throw new Error("case_sensitive must be a boolean");
                        }
                        var by = (_d = (_c = positionalArgs.at(1)) !== null && _c !== void 0 ? _c : kwargs.get("by")) !== null && _d !== void 0 ? _d : new StringValue("key");
                        if (!(by instanceof StringValue)) {
                            throw new Error("by must be a string");
                        }
                        if (!["key", "value"].includes(by.value)) {
                            throw new Error("by must be either 'key' or 'value'");
                        }
                        var reverse = (_f = (_e = positionalArgs.at(2)) !== null && _e !== void 0 ? _e : kwargs.get("reverse")) !== null && _f !== void 0 ? _f : new BooleanValue(false);
                        if (!(reverse instanceof BooleanValue)) {
                            throw new Error("reverse must be a boolean");
                        }
                        var items = Array.from(_this.value.entries()).map(function (_a) {
                            var _b = __read(_a, 2), key = _b[0], value = _b[1];
                            return new ArrayValue([new StringValue(key), value]);
                        }).sort(function (a, b) {
                            var index = by.value === "key" ? 0 : 1;
                            var aVal = a.value[index];
                            var bVal = b.value[index];
                            var result = compareRuntimeValues(aVal, bVal, caseSensitive.value);
                            return reverse.value ? -result : result;
                        });
                        return new ArrayValue(items);
                    })
                ]
            ]));
        },
        enumerable: false,
        configurable: true
    });
    class_38.prototype.items = function () {
        return new ArrayValue(Array.from(this.value.entries()).map(function (_a) {
            var _b = __read(_a, 2), key = _b[0], value = _b[1];
            return new ArrayValue([new StringValue(key), value]);
        }));
    };
    class_38.prototype.keys = function () {
        return new ArrayValue(Array.from(this.value.keys()).map(function (key) { return new StringValue(key); }));
    };
    class_38.prototype.values = function () {
        return new ArrayValue(Array.from(this.value.values()));
    };
    class_38.prototype.toString = function () {
        return toJSON(this, {}, 0, false);
    };
    return class_38;
}(RuntimeValue));
var KeywordArgumentsValue = /** @class */ (function (_super) {
    __extends(class_39, _super);
    function class_39() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "KeywordArgumentsValue";
        return _this;
    }
    return class_39;
}(ObjectValue));
var NamespaceValue = /** @class */ (function (_super) {
    __extends(class_40, _super);
    function class_40() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "NamespaceValue";
        return _this;
    }
    class_40.prototype.toString = function () {
        return toJSON(this, {}, 0, false);
    };
    return class_40;
}(RuntimeValue));
var ArrayValue = /** @class */ (function (_super) {
    __extends(class_41, _super);
    function class_41() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "ArrayValue";
        return _this;
    }
    Object.defineProperty(class_41.prototype, "builtins", {
        get: function () {
            var _a;
            return (_a = this._builtins) !== null && _a !== void 0 ? _a : (this._builtins = new Map([["length", new IntegerValue(this.value.length)]]));
        },
        enumerable: false,
        configurable: true
    });
    /**
     * NOTE: necessary to override since all JavaScript arrays are considered truthy,
     * while only non-empty Python arrays are consider truthy.
     *
     * e.g.,
     *  - JavaScript:  [] && 5 -> 5
     *  - Python:      [] and 5 -> []
     */
    class_41.prototype.__bool__ = function () {
        return new BooleanValue(this.value.length > 0);
    };
    class_41.prototype.toString = function () {
        return toJSON(this, {}, 0, false);
    };
    return class_41;
}(RuntimeValue));
var TupleValue = /** @class */ (function (_super) {
    __extends(class_42, _super);
    function class_42() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "TupleValue";
        return _this;
    }
    return class_42;
}(ArrayValue));
var FunctionValue = /** @class */ (function (_super) {
    __extends(class_43, _super);
    function class_43() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "FunctionValue";
        return _this;
    }
    return class_43;
}(RuntimeValue));
var NullValue = /** @class */ (function (_super) {
    __extends(class_44, _super);
    function class_44() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "NullValue";
        return _this;
    }
    return class_44;
}(RuntimeValue));
var UndefinedValue = /** @class */ (function (_super) {
    __extends(class_45, _super);
    function class_45() {
        var _this = _super.apply(this, __spreadArray([], __read(arguments), false)) || this;
        _this.type = "UndefinedValue";
        return _this;
    }
    return class_45;
}(RuntimeValue));
function normalizeNamespaceEntry(pair) {
    var values;
    if (pair instanceof ArrayValue) {
        values = pair.value;
    }
    else if (pair instanceof StringValue) {
        values = Array.from(pair.value, function (char) { return new StringValue(char); });
    }
    if (!values || values.length !== 2) {
        throw new Error("namespace expected an object or an iterable of [key, value] pairs");
    }
    var _a = __read(values, 2), key = _a[0], value = _a[1];
    if (!(key instanceof StringValue)) {
        throw new Error("namespace keys must be strings");
    }
    return [key, value];
}
var _Environment = /** @class */ (function () {
    function class_46(parent) {
        /**
         * The variables declared in this environment.
         */
        this.variables = new Map([
            [
                "namespace",
                new FunctionValue(function (args) {
                    var e_6, _a, e_7, _b, e_8, _c;
                    var positional = args.slice();
                    var kwargs;
                    if (positional.at(-1) instanceof KeywordArgumentsValue) {
                        kwargs = positional.pop();
                    }
                    if (positional.length > 1) {
                        throw new Error("namespace expected at most 1 argument, got ".concat(positional.length));
                    }
                    var entries = /* @__PURE__ */ new Map();
                    if (positional.length === 1) {
                        var source = positional[0];
                        if (source instanceof ObjectValue) {
                            try {
                                for (var _d = __values(source.value), _e = _d.next(); !_e.done; _e = _d.next()) {
                                    var _f = __read(_e.value, 2), key = _f[0], value = _f[1];
                                    entries.set(key, value);
                                }
                            }
                            catch (e_6_1) { e_6 = { error: e_6_1 }; }
                            finally {
                                try {
                                    if (_e && !_e.done && (_a = _d.return)) _a.call(_d);
                                }
                                finally { if (e_6) throw e_6.error; }
                            }
                        }
                        else if (source instanceof ArrayValue) {
                            try {
                                for (var _g = __values(source.value), _h = _g.next(); !_h.done; _h = _g.next()) {
                                    var pair = _h.value;
                                    var _j = __read(normalizeNamespaceEntry(pair), 2), key = _j[0], value = _j[1];
                                    entries.set(key.value, value);
                                }
                            }
                            catch (e_7_1) { e_7 = { error: e_7_1 }; }
                            finally {
                                try {
                                    if (_h && !_h.done && (_b = _g.return)) _b.call(_g);
                                }
                                finally { if (e_7) throw e_7.error; }
                            }
                        }
                        else {
                            throw new Error("'".concat(source.type, "' object is not iterable"));
                        }
                    }
                    if (kwargs) {
                        try {
                            for (var _k = __values(kwargs.value), _l = _k.next(); !_l.done; _l = _k.next()) {
                                var _m = __read(_l.value, 2), key = _m[0], value = _m[1];
                                entries.set(key, value);
                            }
                        }
                        catch (e_8_1) { e_8 = { error: e_8_1 }; }
                        finally {
                            try {
                                if (_l && !_l.done && (_c = _k.return)) _c.call(_k);
                            }
                            finally { if (e_8) throw e_8.error; }
                        }
                    }
                    return new NamespaceValue(entries);
                })
            ]
        ]);
        this.tests = _Environment.TESTS;
        this.parent = parent;
    }
    /**
     * Set the value of a variable in the current environment.
     */
    class_46.prototype.set = function (name, value) {
        return this.declareVariable(name, convertToRuntimeValues(value));
    };
    class_46.prototype.declareVariable = function (name, value) {
        if (this.variables.has(name)) {
            throw new SyntaxError("Variable already declared: ".concat(name));
        }
        this.variables.set(name, value);
        return value;
    };
    // private assignVariable(name: string, value: AnyRuntimeValue): AnyRuntimeValue {
    // 	const env = this.resolve(name);
    // 	env.variables.set(name, value);
    // 	return value;
    // }
    /**
     * Set variable in the current scope.
     * See https://jinja.palletsprojects.com/en/3.0.x/templates/#assignments for more information.
     */
    class_46.prototype.setVariable = function (name, value) {
        this.variables.set(name, value);
        return value;
    };
    /**
     * Resolve the environment in which the variable is declared.
     * @param {string} name The name of the variable.
     * @returns {Environment} The environment in which the variable is declared.
     */
    class_46.prototype.resolve = function (name) {
        if (this.variables.has(name)) {
            return this;
        }
        if (this.parent) {
            return this.parent.resolve(name);
        }
        throw new Error("Unknown variable: ".concat(name));
    };
    class_46.prototype.lookupVariable = function (name) {
        var _a;
        try {
            return (_a = this.resolve(name).variables.get(name)) !== null && _a !== void 0 ? _a : new UndefinedValue();
        }
        catch (_b) {
            return new UndefinedValue();
        }
    };
    return class_46;
}());
var Environment = _Environment;
/**
 * The tests available in this environment.
 */
__publicField(Environment, "TESTS", /* @__PURE__ */ new Map([
    ["boolean", function (operand) { return operand.type === "BooleanValue"; }],
    ["callable", function (operand) { return operand instanceof FunctionValue; }],
    [
        "odd",
        function (operand) {
            if (!(operand instanceof IntegerValue)) {
                throw new Error("cannot odd on ".concat(operand.type));
            }
            return operand.value % 2 !== 0;
        }
    ],
    [
        "even",
        function (operand) {
            if (!(operand instanceof IntegerValue)) {
                throw new Error("cannot even on ".concat(operand.type));
            }
            return operand.value % 2 === 0;
        }
    ],
    ["false", function (operand) { return operand.type === "BooleanValue" && !operand.value; }],
    ["true", function (operand) { return operand.type === "BooleanValue" && operand.value; }],
    ["none", function (operand) { return operand.type === "NullValue"; }],
    ["string", function (operand) { return operand.type === "StringValue"; }],
    ["number", function (operand) { return operand instanceof IntegerValue || operand instanceof FloatValue; }],
    ["integer", function (operand) { return operand instanceof IntegerValue; }],
    ["iterable", function (operand) { return operand.type === "ArrayValue" || operand.type === "StringValue"; }],
    ["mapping", function (operand) { return operand instanceof ObjectValue; }],
    [
        "sequence",
        function (operand) { return operand instanceof ArrayValue || operand instanceof ObjectValue || operand instanceof StringValue; }
    ],
    [
        "lower",
        function (operand) {
            var str = operand.value;
            return operand.type === "StringValue" && str === str.toLowerCase();
        }
    ],
    [
        "upper",
        function (operand) {
            var str = operand.value;
            return operand.type === "StringValue" && str === str.toUpperCase();
        }
    ],
    ["none", function (operand) { return operand.type === "NullValue"; }],
    ["defined", function (operand) { return operand.type !== "UndefinedValue"; }],
    ["undefined", function (operand) { return operand.type === "UndefinedValue"; }],
    ["equalto", function (a, b) { return a.value === b.value; }],
    ["eq", function (a, b) { return a.value === b.value; }]
]));
function setupGlobals(env) {
    env.set("false", false);
    env.set("true", true);
    env.set("none", null);
    env.set("raise_exception", function (args) {
        throw new Error(args);
    });
    env.set("range", range);
    env.set("strftime_now", strftime_now);
    env.set("True", true);
    env.set("False", false);
    env.set("None", null);
}
function isAttributeContainer(value) {
    return value instanceof ObjectValue || value instanceof NamespaceValue;
}
function isNumericLikeValue(value) {
    return value instanceof IntegerValue || value instanceof FloatValue || value instanceof BooleanValue;
}
function getNumericValue(value) {
    return value instanceof BooleanValue ? Number(value.value) : value.value;
}
function getAttributeValue(item, attributePath) {
    var e_9, _a;
    var _b;
    var parts = attributePath.split(".");
    var value = item;
    try {
        for (var parts_1 = __values(parts), parts_1_1 = parts_1.next(); !parts_1_1.done; parts_1_1 = parts_1.next()) {
            var part = parts_1_1.value;
            if (isAttributeContainer(value)) {
                value = (_b = value.value.get(part)) !== null && _b !== void 0 ? _b : new UndefinedValue();
            }
            else if (value instanceof ArrayValue) {
                var index = parseInt(part, 10);
                if (!isNaN(index) && index >= 0 && index < value.value.length) {
                    value = value.value[index];
                }
                else {
                    return new UndefinedValue();
                }
            }
            else {
                return new UndefinedValue();
            }
        }
    }
    catch (e_9_1) { e_9 = { error: e_9_1 }; }
    finally {
        try {
            if (parts_1_1 && !parts_1_1.done && (_a = parts_1.return)) _a.call(parts_1);
        }
        finally { if (e_9) throw e_9.error; }
    }
    return value;
}
function compareRuntimeValues(a, b, caseSensitive) {
    if (caseSensitive === void 0) { caseSensitive = false; }
    if (a instanceof NullValue && b instanceof NullValue) {
        return 0;
    }
    if (a instanceof NullValue || b instanceof NullValue) {
        throw new Error("Cannot compare ".concat(a.type, " with ").concat(b.type));
    }
    if (a instanceof UndefinedValue && b instanceof UndefinedValue) {
        return 0;
    }
    if (a instanceof UndefinedValue || b instanceof UndefinedValue) {
        throw new Error("Cannot compare ".concat(a.type, " with ").concat(b.type));
    }
    if (isNumericLikeValue(a) && isNumericLikeValue(b)) {
        var aNum = getNumericValue(a);
        var bNum = getNumericValue(b);
        return aNum < bNum ? -1 : aNum > bNum ? 1 : 0;
    }
    if (a.type !== b.type) {
        throw new Error("Cannot compare different types: ".concat(a.type, " and ").concat(b.type));
    }
    switch (a.type) {
        case "StringValue": {
            var aStr = a.value;
            var bStr = b.value;
            if (!caseSensitive) {
                aStr = aStr.toLowerCase();
                bStr = bStr.toLowerCase();
            }
            return aStr < bStr ? -1 : aStr > bStr ? 1 : 0;
        }
        default:
            throw new Error("Cannot compare type: ".concat(a.type));
    }
}
function getParameterDescriptor(argument) {
    if (argument.type === "Identifier") {
        return { name: argument.value };
    }
    var keywordArgument = argument;
    return { name: keywordArgument.key.value, defaultValue: keywordArgument.value };
}
function isSpecialMacroArgument(name) {
    return name === "kwargs" || name === "varargs";
}
function findAccessedSpecialMacroArguments(parameters, body) {
    var e_10, _a;
    var declared = /* @__PURE__ */ new Set();
    var accessed = /* @__PURE__ */ new Set();
    var declareName = function (name) {
        if (isSpecialMacroArgument(name)) {
            declared.add(name);
        }
    };
    var declareTarget = function (target) {
        var e_11, _a;
        if (target.type === "Identifier") {
            declareName(target.value);
        }
        else if (target.type === "TupleLiteral") {
            try {
                for (var _b = __values(target.value), _c = _b.next(); !_c.done; _c = _b.next()) {
                    var item = _c.value;
                    declareTarget(item);
                }
            }
            catch (e_11_1) { e_11 = { error: e_11_1 }; }
            finally {
                try {
                    if (_c && !_c.done && (_a = _b.return)) _a.call(_b);
                }
                finally { if (e_11) throw e_11.error; }
            }
        }
    };
    var declareArgument = function (argument) {
        declareName(getParameterDescriptor(argument).name);
    };
    var visitArgumentDefaults = function (args) {
        var e_12, _a;
        try {
            for (var args_1 = __values(args), args_1_1 = args_1.next(); !args_1_1.done; args_1_1 = args_1.next()) {
                var argument = args_1_1.value;
                var parameter = getParameterDescriptor(argument);
                if (parameter.defaultValue) {
                    visit(parameter.defaultValue);
                }
            }
        }
        catch (e_12_1) { e_12 = { error: e_12_1 }; }
        finally {
            try {
                if (args_1_1 && !args_1_1.done && (_a = args_1.return)) _a.call(args_1);
            }
            finally { if (e_12) throw e_12.error; }
        }
    };
    var visitFilter = function (filter) {
        if (filter.type === "CallExpression") {
            visit(filter.args);
        }
    };
    var visit = function (node) {
        var e_13, _a, e_14, _b, e_15, _c, e_16, _d, e_17, _e;
        var _f, _g;
        if (Array.isArray(node)) {
            try {
                for (var node_1 = __values(node), node_1_1 = node_1.next(); !node_1_1.done; node_1_1 = node_1.next()) {
                    var item = node_1_1.value;
                    visit(item);
                }
            }
            catch (e_13_1) { e_13 = { error: e_13_1 }; }
            finally {
                try {
                    if (node_1_1 && !node_1_1.done && (_a = node_1.return)) _a.call(node_1);
                }
                finally { if (e_13) throw e_13.error; }
            }
            return;
        }
        if (node instanceof Map) {
            try {
                for (var node_2 = __values(node), node_2_1 = node_2.next(); !node_2_1.done; node_2_1 = node_2.next()) {
                    var _h = __read(node_2_1.value, 2), key = _h[0], value = _h[1];
                    visit(key);
                    visit(value);
                }
            }
            catch (e_14_1) { e_14 = { error: e_14_1 }; }
            finally {
                try {
                    if (node_2_1 && !node_2_1.done && (_b = node_2.return)) _b.call(node_2);
                }
                finally { if (e_14) throw e_14.error; }
            }
            return;
        }
        if (!(node instanceof Statement)) {
            return;
        }
        switch (node.type) {
            case "For": {
                var statement = node;
                declareTarget(statement.loopvar);
                if (statement.iterable.type === "SelectExpression") {
                    var iterable = statement.iterable;
                    visit(iterable.lhs);
                    visit(statement.body);
                    visit(statement.defaultBlock);
                    visit(iterable.test);
                    return;
                }
                visit(statement.iterable);
                visit(statement.body);
                visit(statement.defaultBlock);
                return;
            }
            case "Set": {
                var statement = node;
                declareTarget(statement.assignee);
                visit(statement.value);
                visit(statement.body);
                return;
            }
            case "Macro": {
                var statement = node;
                try {
                    for (var _j = __values(statement.args), _k = _j.next(); !_k.done; _k = _j.next()) {
                        var argument = _k.value;
                        declareArgument(argument);
                    }
                }
                catch (e_15_1) { e_15 = { error: e_15_1 }; }
                finally {
                    try {
                        if (_k && !_k.done && (_c = _j.return)) _c.call(_j);
                    }
                    finally { if (e_15) throw e_15.error; }
                }
                visitArgumentDefaults(statement.args);
                visit(statement.body);
                return;
            }
            case "CallStatement": {
                var statement = node;
                visit(statement.call);
                try {
                    for (var _l = __values((_f = statement.callerArgs) !== null && _f !== void 0 ? _f : []), _m = _l.next(); !_m.done; _m = _l.next()) {
                        var argument = _m.value;
                        declareArgument(argument);
                    }
                }
                catch (e_16_1) { e_16 = { error: e_16_1 }; }
                finally {
                    try {
                        if (_m && !_m.done && (_d = _l.return)) _d.call(_l);
                    }
                    finally { if (e_16) throw e_16.error; }
                }
                visitArgumentDefaults((_g = statement.callerArgs) !== null && _g !== void 0 ? _g : []);
                visit(statement.body);
                return;
            }
            case "FilterStatement": {
                var statement = node;
                visit(statement.body);
                visitFilter(statement.filter);
                return;
            }
            case "Identifier": {
                var name_1 = node.value;
                if (isSpecialMacroArgument(name_1) && !declared.has(name_1)) {
                    accessed.add(name_1);
                }
                return;
            }
            case "MemberExpression": {
                var expression = node;
                visit(expression.object);
                if (expression.computed) {
                    visit(expression.property);
                }
                return;
            }
            case "FilterExpression": {
                var expression = node;
                visit(expression.operand);
                visitFilter(expression.filter);
                return;
            }
            case "TestExpression":
                visit(node.operand);
                return;
            case "SelectExpression": {
                var expression = node;
                visit(expression.test);
                visit(expression.lhs);
                return;
            }
            case "KeywordArgumentExpression":
                visit(node.value);
                return;
            default: try {
                for (var _o = __values(Object.values(node)), _p = _o.next(); !_p.done; _p = _o.next()) {
                    var child = _p.value;
                    visit(child);
                }
            }
            catch (e_17_1) { e_17 = { error: e_17_1 }; }
            finally {
                try {
                    if (_p && !_p.done && (_e = _o.return)) _e.call(_o);
                }
                finally { if (e_17) throw e_17.error; }
            }
        }
    };
    try {
        for (var parameters_1 = __values(parameters), parameters_1_1 = parameters_1.next(); !parameters_1_1.done; parameters_1_1 = parameters_1.next()) {
            var parameter = parameters_1_1.value;
            declareArgument(parameter);
        }
    }
    catch (e_10_1) { e_10 = { error: e_10_1 }; }
    finally {
        try {
            if (parameters_1_1 && !parameters_1_1.done && (_a = parameters_1.return)) _a.call(parameters_1);
        }
        finally { if (e_10) throw e_10.error; }
    }
    visit(body);
    return accessed;
}
var Interpreter = /** @class */ (function () {
    function class_47(env) {
        this.global = env !== null && env !== void 0 ? env : new Environment();
    }
    /**
     * Run the program.
     */
    class_47.prototype.run = function (program) {
        return this.evaluate(program, this.global);
    };
    /**
     * Evaluates expressions following the binary operation type.
     */
    class_47.prototype.evaluateBinaryExpression = function (node, environment) {
        var left = this.evaluate(node.left, environment);
        switch (node.operator.value) {
            case "and":
                return left.__bool__().value ? this.evaluate(node.right, environment) : left;
            case "or":
                return left.__bool__().value ? left : this.evaluate(node.right, environment);
        }
        var right = this.evaluate(node.right, environment);
        switch (node.operator.value) {
            case "==":
                return new BooleanValue(left.value == right.value);
            case "!=":
                return new BooleanValue(left.value != right.value);
        }
        if (left instanceof UndefinedValue || right instanceof UndefinedValue) {
            if (right instanceof UndefinedValue && ["in", "not in"].includes(node.operator.value)) {
                return new BooleanValue(node.operator.value === "not in");
            }
            throw new Error("Cannot perform operation ".concat(node.operator.value, " on undefined values"));
        }
        else if (left instanceof NullValue || right instanceof NullValue) {
            throw new Error("Cannot perform operation on null values");
        }
        else if (node.operator.value === "~") {
            return new StringValue(left.value.toString() + right.value.toString());
        }
        else if (node.operator.value === "**" && isNumericLikeValue(left) && isNumericLikeValue(right)) {
            var a = getNumericValue(left);
            var b = getNumericValue(right);
            if (a === 0 && b < 0) {
                throw new Error("0.0 cannot be raised to a negative power");
            }
            var result = Math.pow(a, b);
            if (!Number.isFinite(result)) {
                throw new Error("Exponentiation result is not a finite real number");
            }
            var isFloat = left instanceof FloatValue || right instanceof FloatValue || b < 0;
            return isFloat ? new FloatValue(result) : new IntegerValue(result);
        }
        else if ((left instanceof IntegerValue || left instanceof FloatValue) && (right instanceof IntegerValue || right instanceof FloatValue)) {
            var a = left.value, b = right.value;
            switch (node.operator.value) {
                case "+":
                case "-":
                case "*": {
                    var res = node.operator.value === "+" ? a + b : node.operator.value === "-" ? a - b : a * b;
                    var isFloat = left instanceof FloatValue || right instanceof FloatValue;
                    return isFloat ? new FloatValue(res) : new IntegerValue(res);
                }
                case "/":
                    return new FloatValue(a / b);
                case "//": {
                    var res = Math.floor(a / b);
                    var isFloat = left instanceof FloatValue || right instanceof FloatValue;
                    return isFloat ? new FloatValue(res) : new IntegerValue(res);
                }
                case "%": {
                    var rem = a % b;
                    var isFloat = left instanceof FloatValue || right instanceof FloatValue;
                    return isFloat ? new FloatValue(rem) : new IntegerValue(rem);
                }
                case "<":
                    return new BooleanValue(a < b);
                case ">":
                    return new BooleanValue(a > b);
                case ">=":
                    return new BooleanValue(a >= b);
                case "<=":
                    return new BooleanValue(a <= b);
            }
        }
        else if (left instanceof ArrayValue && right instanceof ArrayValue) {
            switch (node.operator.value) {
                case "+":
                    return new ArrayValue(left.value.concat(right.value));
            }
        }
        else if (right instanceof ArrayValue) {
            var member = right.value.find(function (x) { return x.value === left.value; }) !== void 0;
            switch (node.operator.value) {
                case "in":
                    return new BooleanValue(member);
                case "not in":
                    return new BooleanValue(!member);
            }
        }
        if (left instanceof StringValue || right instanceof StringValue) {
            switch (node.operator.value) {
                case "+":
                    return new StringValue(left.value.toString() + right.value.toString());
            }
        }
        if (left instanceof StringValue && right instanceof StringValue) {
            switch (node.operator.value) {
                case "in":
                    return new BooleanValue(right.value.includes(left.value));
                case "not in":
                    return new BooleanValue(!right.value.includes(left.value));
            }
        }
        if (left instanceof StringValue && right instanceof ObjectValue) {
            switch (node.operator.value) {
                case "in":
                    return new BooleanValue(right.value.has(left.value));
                case "not in":
                    return new BooleanValue(!right.value.has(left.value));
            }
        }
        throw new SyntaxError("Unknown operator \"".concat(node.operator.value, "\" between ").concat(left.type, " and ").concat(right.type));
    };
    class_47.prototype.evaluateArguments = function (args, environment) {
        var e_18, _a, e_19, _b, e_20, _c, e_21, _d;
        var positionalArguments = [];
        var keywordArguments = /* @__PURE__ */ new Map();
        var addKeywordArgument = function (key, value) {
            if (keywordArguments.has(key)) {
                throw new Error("Got multiple values for keyword argument '".concat(key, "'"));
            }
            keywordArguments.set(key, value);
        };
        try {
            for (var args_2 = __values(args), args_2_1 = args_2.next(); !args_2_1.done; args_2_1 = args_2.next()) {
                var argument = args_2_1.value;
                if (argument.type === "SpreadExpression") {
                    var spreadNode = argument;
                    var val = this.evaluate(spreadNode.argument, environment);
                    if (!(val instanceof ArrayValue)) {
                        throw new Error("Cannot unpack non-iterable type: ".concat(val.type));
                    }
                    try {
                        for (var _e = (e_19 = void 0, __values(val.value)), _f = _e.next(); !_f.done; _f = _e.next()) {
                            var item = _f.value;
                            positionalArguments.push(item);
                        }
                    }
                    catch (e_19_1) { e_19 = { error: e_19_1 }; }
                    finally {
                        try {
                            if (_f && !_f.done && (_b = _e.return)) _b.call(_e);
                        }
                        finally { if (e_19) throw e_19.error; }
                    }
                }
                else if (argument.type !== "KeywordArgumentExpression" && argument.type !== "KeywordSpreadExpression") {
                    positionalArguments.push(this.evaluate(argument, environment));
                }
            }
        }
        catch (e_18_1) { e_18 = { error: e_18_1 }; }
        finally {
            try {
                if (args_2_1 && !args_2_1.done && (_a = args_2.return)) _a.call(args_2);
            }
            finally { if (e_18) throw e_18.error; }
        }
        try {
            for (var args_3 = __values(args), args_3_1 = args_3.next(); !args_3_1.done; args_3_1 = args_3.next()) {
                var argument = args_3_1.value;
                if (argument.type === "KeywordArgumentExpression") {
                    var kwarg = argument;
                    addKeywordArgument(kwarg.key.value, this.evaluate(kwarg.value, environment));
                }
                else if (argument.type === "KeywordSpreadExpression") {
                    var spreadNode = argument;
                    var val = this.evaluate(spreadNode.argument, environment);
                    if (!(val instanceof ObjectValue)) {
                        throw new Error("Argument after ** must be a mapping, not ".concat(val.type));
                    }
                    try {
                        for (var _g = (e_21 = void 0, __values(val.value)), _h = _g.next(); !_h.done; _h = _g.next()) {
                            var _j = __read(_h.value, 2), key = _j[0], value = _j[1];
                            addKeywordArgument(key, value);
                        }
                    }
                    catch (e_21_1) { e_21 = { error: e_21_1 }; }
                    finally {
                        try {
                            if (_h && !_h.done && (_d = _g.return)) _d.call(_g);
                        }
                        finally { if (e_21) throw e_21.error; }
                    }
                }
            }
        }
        catch (e_20_1) { e_20 = { error: e_20_1 }; }
        finally {
            try {
                if (args_3_1 && !args_3_1.done && (_c = args_3.return)) _c.call(args_3);
            }
            finally { if (e_20) throw e_20.error; }
        }
        return [positionalArguments, keywordArguments];
    };
    class_47.prototype.applyFilter = function (operand, filterNode, environment) {
        var e_22, _a;
        var _this = this;
        var _b, _c, _d, _e, _f, _g, _h, _j, _k, _l, _m, _o, _p, _q, _r, _s, _t, _u, _v, _w, _x, _y, _z;
        if (filterNode.type === "Identifier") {
            var filter = filterNode;
            if (filter.value === "safe") {
                return operand;
            }
            if (filter.value === "tojson") {
                return new StringValue(toJSON(operand, {}));
            }
            if (operand instanceof ArrayValue) {
                switch (filter.value) {
                    case "list":
                        return operand;
                    case "first":
                        return operand.value[0];
                    case "last":
                        return operand.value[operand.value.length - 1];
                    case "length":
                        return new IntegerValue(operand.value.length);
                    case "reverse":
                        return new ArrayValue(operand.value.slice().reverse());
                    case "sort": {
                        return new ArrayValue(operand.value.slice().sort(function (a, b) { return compareRuntimeValues(a, b, false); }));
                    }
                    case "join":
                        return new StringValue(operand.value.map(function (x) { return x.value; }).join(""));
                    case "string":
                        return new StringValue(toJSON(operand, {}, 0, false));
                    case "unique": {
                        var seen = /* @__PURE__ */ new Set();
                        var output = [];
                        try {
                            for (var _0 = __values(operand.value), _1 = _0.next(); !_1.done; _1 = _0.next()) {
                                var item = _1.value;
                                if (!seen.has(item.value)) {
                                    seen.add(item.value);
                                    output.push(item);
                                }
                            }
                        }
                        catch (e_22_1) { e_22 = { error: e_22_1 }; }
                        finally {
                            try {
                                if (_1 && !_1.done && (_a = _0.return)) _a.call(_0);
                            }
                            finally { if (e_22) throw e_22.error; }
                        }
                        return new ArrayValue(output);
                    }
                    default:
                        throw new Error("Unknown ArrayValue filter: ".concat(filter.value));
                }
            }
            else if (operand instanceof StringValue) {
                switch (filter.value) {
                    case "length":
                    case "upper":
                    case "lower":
                    case "title":
                    case "capitalize": {
                        var builtin = operand.builtins.get(filter.value);
                        if (builtin instanceof FunctionValue) {
                            return builtin.value(
                            /* no arguments */
                            [], environment);
                        }
                        else if (builtin instanceof IntegerValue) {
                            return builtin;
                        }
                        else {
                            throw new Error("Unknown StringValue filter: ".concat(filter.value));
                        }
                    }
                    case "trim":
                        return new StringValue(operand.value.trim());
                    case "indent":
                        return new StringValue(operand.value.split("\n").map(function (x, i) { return (
                        // By default, don't indent the first line or empty lines
                        i === 0 || x.length === 0 ? x : "    " + x); }).join("\n"));
                    case "join":
                    case "string":
                        return operand;
                    case "int": {
                        var val = parseInt(operand.value, 10);
                        return new IntegerValue(isNaN(val) ? 0 : val);
                    }
                    case "float": {
                        var val = parseFloat(operand.value);
                        return new FloatValue(isNaN(val) ? 0 : val);
                    }
                    default:
                        throw new Error("Unknown StringValue filter: ".concat(filter.value));
                }
            }
            else if (operand instanceof IntegerValue || operand instanceof FloatValue) {
                switch (filter.value) {
                    case "abs":
                        return operand instanceof IntegerValue ? new IntegerValue(Math.abs(operand.value)) : new FloatValue(Math.abs(operand.value));
                    case "int":
                        return new IntegerValue(Math.floor(operand.value));
                    case "float":
                        return new FloatValue(operand.value);
                    case "string":
                        return new StringValue(operand.toString());
                    default:
                        throw new Error("Unknown NumericValue filter: ".concat(filter.value));
                }
            }
            else if (operand instanceof ObjectValue) {
                switch (filter.value) {
                    case "items":
                        return new ArrayValue(Array.from(operand.value.entries()).map(function (_a) {
                            var _b = __read(_a, 2), key = _b[0], value = _b[1];
                            return new ArrayValue([new StringValue(key), value]);
                        }));
                    case "length":
                        return new IntegerValue(operand.value.size);
                    default: {
                        var builtin = operand.builtins.get(filter.value);
                        if (builtin) {
                            if (builtin instanceof FunctionValue) {
                                return builtin.value([], environment);
                            }
                            return builtin;
                        }
                        throw new Error("Unknown ObjectValue filter: ".concat(filter.value));
                    }
                }
            }
            else if (operand instanceof BooleanValue) {
                switch (filter.value) {
                    case "bool":
                        return new BooleanValue(operand.value);
                    case "int":
                        return new IntegerValue(operand.value ? 1 : 0);
                    case "float":
                        return new FloatValue(operand.value ? 1 : 0);
                    case "string":
                        return new StringValue(operand.value ? "true" : "false");
                    default:
                        throw new Error("Unknown BooleanValue filter: ".concat(filter.value));
                }
            }
            throw new Error("Cannot apply filter \"".concat(filter.value, "\" to type: ").concat(operand.type));
        }
        else if (filterNode.type === "CallExpression") {
            var filter = filterNode;
            if (filter.callee.type !== "Identifier") {
                throw new Error("Unknown filter: ".concat(filter.callee.type));
            }
            var filterName = filter.callee.value;
            if (filterName === "tojson") {
                var _2 = __read(this.evaluateArguments(filter.args, environment), 2), kwargs = _2[1];
                var indent = (_b = kwargs.get("indent")) !== null && _b !== void 0 ? _b : new NullValue();
                if (!(indent instanceof IntegerValue || indent instanceof NullValue)) {
                    throw new Error("If set, indent must be a number");
                }
                var ensureAscii = (_c = kwargs.get("ensure_ascii")) !== null && _c !== void 0 ? _c : new BooleanValue(false);
                if (!(ensureAscii instanceof BooleanValue)) {
                    throw new Error("If set, ensure_ascii must be a boolean");
                }
                var sortKeys = (_d = kwargs.get("sort_keys")) !== null && _d !== void 0 ? _d : new BooleanValue(false);
                if (!(sortKeys instanceof BooleanValue)) {
                    throw new Error("If set, sort_keys must be a boolean");
                }
                var separatorsArg = (_e = kwargs.get("separators")) !== null && _e !== void 0 ? _e : new NullValue();
                var separators = null;
                if (separatorsArg instanceof ArrayValue || separatorsArg instanceof TupleValue) {
                    if (separatorsArg.value.length !== 2) {
                        throw new Error("separators must be a tuple of two strings");
                    }
                    var _3 = __read(separatorsArg.value, 2), itemSep = _3[0], keySep = _3[1];
                    if (!(itemSep instanceof StringValue) || !(keySep instanceof StringValue)) {
                        throw new Error("separators must be a tuple of two strings");
                    }
                    separators = [itemSep.value, keySep.value];
                }
                else if (!(separatorsArg instanceof NullValue)) {
                    throw new Error("If set, separators must be a tuple of two strings");
                }
                return new StringValue(toJSON(operand, {
                    indent: indent.value,
                    ensureAscii: ensureAscii.value,
                    sortKeys: sortKeys.value,
                    separators: separators
                }));
            }
            else if (filterName === "join") {
                var value = void 0;
                if (operand instanceof StringValue) {
                    value = Array.from(operand.value);
                }
                else if (operand instanceof ArrayValue) {
                    value = operand.value.map(function (x) { return x.value; });
                }
                else {
                    throw new Error("Cannot apply filter \"".concat(filterName, "\" to type: ").concat(operand.type));
                }
                var _4 = __read(this.evaluateArguments(filter.args, environment), 2), args = _4[0], kwargs = _4[1];
                var separator = (_g = (_f = args.at(0)) !== null && _f !== void 0 ? _f : kwargs.get("separator")) !== null && _g !== void 0 ? _g : new StringValue("");
                if (!(separator instanceof StringValue)) {
                    throw new Error("separator must be a string");
                }
                return new StringValue(value.join(separator.value));
            }
            else if (filterName === "int" || filterName === "float") {
                var _5 = __read(this.evaluateArguments(filter.args, environment), 2), args = _5[0], kwargs = _5[1];
                var defaultValue = (_j = (_h = args.at(0)) !== null && _h !== void 0 ? _h : kwargs.get("default")) !== null && _j !== void 0 ? _j : (filterName === "int" ? new IntegerValue(0) : new FloatValue(0));
                if (operand instanceof StringValue) {
                    var val = filterName === "int" ? parseInt(operand.value, 10) : parseFloat(operand.value);
                    return isNaN(val) ? defaultValue : filterName === "int" ? new IntegerValue(val) : new FloatValue(val);
                }
                else if (operand instanceof IntegerValue || operand instanceof FloatValue) {
                    return operand;
                }
                else if (operand instanceof BooleanValue) {
                    return filterName === "int" ? new IntegerValue(operand.value ? 1 : 0) : new FloatValue(operand.value ? 1 : 0);
                }
                else {
                    throw new Error("Cannot apply filter \"".concat(filterName, "\" to type: ").concat(operand.type));
                }
            }
            else if (filterName === "default") {
                var _6 = __read(this.evaluateArguments(filter.args, environment), 2), args = _6[0], kwargs = _6[1];
                var defaultValue = (_k = args[0]) !== null && _k !== void 0 ? _k : new StringValue("");
                var booleanValue = (_m = (_l = args[1]) !== null && _l !== void 0 ? _l : kwargs.get("boolean")) !== null && _m !== void 0 ? _m : new BooleanValue(false);
                if (!(booleanValue instanceof BooleanValue)) {
                    throw new Error("`default` filter flag must be a boolean");
                }
                if (operand instanceof UndefinedValue || booleanValue.value && !operand.__bool__().value) {
                    return defaultValue;
                }
                return operand;
            }
            if (operand instanceof ArrayValue) {
                switch (filterName) {
                    case "sort": {
                        var _7 = __read(this.evaluateArguments(filter.args, environment), 2), args = _7[0], kwargs = _7[1];
                        var reverse_1 = (_p = (_o = args.at(0)) !== null && _o !== void 0 ? _o : kwargs.get("reverse")) !== null && _p !== void 0 ? _p : new BooleanValue(false);
                        if (!(reverse_1 instanceof BooleanValue)) {
                            throw new Error("reverse must be a boolean");
                        }
                        var caseSensitive_1 = (_r = (_q = args.at(1)) !== null && _q !== void 0 ? _q : kwargs.get("case_sensitive")) !== null && _r !== void 0 ? _r : new BooleanValue(false);
                        if (!(caseSensitive_1 instanceof BooleanValue)) {
                            throw new Error("case_sensitive must be a boolean");
                        }
                        var attribute_1 = (_t = (_s = args.at(2)) !== null && _s !== void 0 ? _s : kwargs.get("attribute")) !== null && _t !== void 0 ? _t : new NullValue();
                        if (!(attribute_1 instanceof StringValue || attribute_1 instanceof IntegerValue || attribute_1 instanceof NullValue)) {
                            throw new Error("attribute must be a string, integer, or null");
                        }
                        var getSortValue_1 = function (item) {
                            if (attribute_1 instanceof NullValue) {
                                return item;
                            }
                            var attrPath = attribute_1 instanceof IntegerValue ? String(attribute_1.value) : attribute_1.value;
                            return getAttributeValue(item, attrPath);
                        };
                        return new ArrayValue(operand.value.slice().sort(function (a, b) {
                            var aVal = getSortValue_1(a);
                            var bVal = getSortValue_1(b);
                            var result = compareRuntimeValues(aVal, bVal, caseSensitive_1.value);
                            return reverse_1.value ? -result : result;
                        }));
                    }
                    case "selectattr":
                    case "rejectattr": {
                        var select_1 = filterName === "selectattr";
                        if (operand.value.some(function (item) { return !isAttributeContainer(item); })) {
                            throw new Error("`".concat(filterName, "` can only be applied to array of objects"));
                        }
                        if (filter.args.some(function (x) { return x.type !== "StringLiteral"; })) {
                            throw new Error("arguments of `".concat(filterName, "` must be strings"));
                        }
                        var _8 = __read(filter.args.map(function (x) { return _this.evaluate(x, environment); }), 3), attr_1 = _8[0], testName = _8[1], value_1 = _8[2];
                        var testFunction_1;
                        if (testName) {
                            var test = environment.tests.get(testName.value);
                            if (!test) {
                                throw new Error("Unknown test: ".concat(testName.value));
                            }
                            testFunction_1 = test;
                        }
                        else {
                            testFunction_1 = function () {
                                var x = [];
                                for (var _i = 0; _i < arguments.length; _i++) {
                                    x[_i] = arguments[_i];
                                }
                                return x[0].__bool__().value;
                            };
                        }
                        var filtered = operand.value.filter(function (item) {
                            var a = item.value.get(attr_1.value);
                            var result = a ? testFunction_1(a, value_1) : false;
                            return select_1 ? result : !result;
                        });
                        return new ArrayValue(filtered);
                    }
                    case "map": {
                        var _9 = __read(this.evaluateArguments(filter.args, environment), 2), kwargs = _9[1];
                        if (kwargs.has("attribute")) {
                            var attr_2 = kwargs.get("attribute");
                            if (!(attr_2 instanceof StringValue)) {
                                throw new Error("attribute must be a string");
                            }
                            var defaultValue_1 = kwargs.get("default");
                            var mapped = operand.value.map(function (item) {
                                if (!isAttributeContainer(item)) {
                                    throw new Error("items in map must be an object");
                                }
                                var value = getAttributeValue(item, attr_2.value);
                                return value instanceof UndefinedValue ? defaultValue_1 !== null && defaultValue_1 !== void 0 ? defaultValue_1 : new UndefinedValue() : value;
                            });
                            return new ArrayValue(mapped);
                        }
                        else {
                            throw new Error("`map` expressions without `attribute` set are not currently supported.");
                        }
                    }
                }
                throw new Error("Unknown ArrayValue filter: ".concat(filterName));
            }
            else if (operand instanceof StringValue) {
                switch (filterName) {
                    case "indent": {
                        var _10 = __read(this.evaluateArguments(filter.args, environment), 2), args = _10[0], kwargs = _10[1];
                        var width = (_v = (_u = args.at(0)) !== null && _u !== void 0 ? _u : kwargs.get("width")) !== null && _v !== void 0 ? _v : new IntegerValue(4);
                        if (!(width instanceof IntegerValue)) {
                            throw new Error("width must be a number");
                        }
                        var first_1 = (_x = (_w = args.at(1)) !== null && _w !== void 0 ? _w : kwargs.get("first")) !== null && _x !== void 0 ? _x : new BooleanValue(false);
                        var blank_1 = (_z = (_y = args.at(2)) !== null && _y !== void 0 ? _y : kwargs.get("blank")) !== null && _z !== void 0 ? _z : new BooleanValue(false);
                        var lines = operand.value.split("\n");
                        var indent_1 = " ".repeat(width.value);
                        var indented = lines.map(function (x, i) { return !first_1.value && i === 0 || !blank_1.value && x.length === 0 ? x : indent_1 + x; });
                        return new StringValue(indented.join("\n"));
                    }
                    case "replace": {
                        var replaceFn = operand.builtins.get("replace");
                        if (!(replaceFn instanceof FunctionValue)) {
                            throw new Error("replace filter not available");
                        }
                        var _11 = __read(this.evaluateArguments(filter.args, environment), 2), args = _11[0], kwargs = _11[1];
                        return replaceFn.value(__spreadArray(__spreadArray([], __read(args), false), [new KeywordArgumentsValue(kwargs)], false), environment);
                    }
                }
                throw new Error("Unknown StringValue filter: ".concat(filterName));
            }
            else if (operand instanceof ObjectValue) {
                var builtin = operand.builtins.get(filterName);
                if (builtin && builtin instanceof FunctionValue) {
                    var _12 = __read(this.evaluateArguments(filter.args, environment), 2), args = _12[0], kwargs = _12[1];
                    if (kwargs.size > 0) {
                        args.push(new KeywordArgumentsValue(kwargs));
                    }
                    return builtin.value(args, environment);
                }
                throw new Error("Unknown ObjectValue filter: ".concat(filterName));
            }
            else {
                throw new Error("Cannot apply filter \"".concat(filterName, "\" to type: ").concat(operand.type));
            }
        }
        throw new Error("Unknown filter: ".concat(filterNode.type));
    };
    /**
     * Evaluates expressions following the filter operation type.
     */
    class_47.prototype.evaluateFilterExpression = function (node, environment) {
        var operand = this.evaluate(node.operand, environment);
        return this.applyFilter(operand, node.filter, environment);
    };
    /**
     * Evaluates expressions following the test operation type.
     */
    class_47.prototype.evaluateTestExpression = function (node, environment) {
        var operand = this.evaluate(node.operand, environment);
        var test = environment.tests.get(node.test.value);
        if (!test) {
            throw new Error("Unknown test: ".concat(node.test.value));
        }
        var result = test(operand);
        return new BooleanValue(node.negate ? !result : result);
    };
    /**
     * Evaluates expressions following the select operation type.
     */
    class_47.prototype.evaluateSelectExpression = function (node, environment) {
        var predicate = this.evaluate(node.test, environment);
        if (!predicate.__bool__().value) {
            return new UndefinedValue();
        }
        return this.evaluate(node.lhs, environment);
    };
    /**
     * Evaluates expressions following the unary operation type.
     */
    class_47.prototype.evaluateUnaryExpression = function (node, environment) {
        var argument = this.evaluate(node.argument, environment);
        switch (node.operator.value) {
            case "not":
                return new BooleanValue(!argument.__bool__().value);
            case "+":
            case "-": {
                var sign = node.operator.value === "-" ? -1 : 1;
                if (argument instanceof IntegerValue || argument instanceof FloatValue || argument instanceof BooleanValue) {
                    var value = argument instanceof BooleanValue ? argument.value ? 1 : 0 : argument.value;
                    var result = sign * value;
                    return argument instanceof FloatValue ? new FloatValue(result) : new IntegerValue(result);
                }
                throw new SyntaxError("Unknown operator \"".concat(node.operator.value, "\" for ").concat(argument.type));
            }
            default:
                throw new SyntaxError("Unknown operator: ".concat(node.operator.value));
        }
    };
    class_47.prototype.evaluateTernaryExpression = function (node, environment) {
        var cond = this.evaluate(node.condition, environment);
        return cond.__bool__().value ? this.evaluate(node.trueExpr, environment) : this.evaluate(node.falseExpr, environment);
    };
    class_47.prototype.evalProgram = function (program, environment) {
        return this.evaluateBlock(program.body, environment);
    };
    class_47.prototype.evaluateBlock = function (statements, environment) {
        var e_23, _a;
        var result = "";
        try {
            for (var statements_1 = __values(statements), statements_1_1 = statements_1.next(); !statements_1_1.done; statements_1_1 = statements_1.next()) {
                var statement = statements_1_1.value;
                var lastEvaluated = this.evaluate(statement, environment);
                if (lastEvaluated.type !== "NullValue" && lastEvaluated.type !== "UndefinedValue") {
                    result += lastEvaluated.toString();
                }
            }
        }
        catch (e_23_1) { e_23 = { error: e_23_1 }; }
        finally {
            try {
                if (statements_1_1 && !statements_1_1.done && (_a = statements_1.return)) _a.call(statements_1);
            }
            finally { if (e_23) throw e_23.error; }
        }
        return new StringValue(result);
    };
    class_47.prototype.evaluateIdentifier = function (node, environment) {
        return environment.lookupVariable(node.value);
    };
    class_47.prototype.evaluateCallExpression = function (expr, environment) {
        var _a = __read(this.evaluateArguments(expr.args, environment), 2), args = _a[0], kwargs = _a[1];
        if (kwargs.size > 0) {
            args.push(new KeywordArgumentsValue(kwargs));
        }
        var fn = this.evaluate(expr.callee, environment);
        if (fn.type !== "FunctionValue") {
            throw new Error("Cannot call something that is not a function: got ".concat(fn.type));
        }
        return fn.value(args, environment);
    };
    class_47.prototype.evaluateSliceExpression = function (object, expr, environment) {
        if (!(object instanceof ArrayValue || object instanceof StringValue)) {
            throw new Error("Slice object must be an array or string");
        }
        var start = this.evaluate(expr.start, environment);
        var stop = this.evaluate(expr.stop, environment);
        var step = this.evaluate(expr.step, environment);
        if (!(start instanceof IntegerValue || start instanceof UndefinedValue)) {
            throw new Error("Slice start must be numeric or undefined");
        }
        if (!(stop instanceof IntegerValue || stop instanceof UndefinedValue)) {
            throw new Error("Slice stop must be numeric or undefined");
        }
        if (!(step instanceof IntegerValue || step instanceof UndefinedValue)) {
            throw new Error("Slice step must be numeric or undefined");
        }
        if (object instanceof ArrayValue) {
            return new ArrayValue(slice(object.value, start.value, stop.value, step.value));
        }
        else {
            return new StringValue(slice(Array.from(object.value), start.value, stop.value, step.value).join(""));
        }
    };
    class_47.prototype.evaluateMemberExpression = function (expr, environment) {
        var _a;
        var object = this.evaluate(expr.object, environment);
        var property;
        if (expr.computed) {
            if (expr.property.type === "SliceExpression") {
                return this.evaluateSliceExpression(object, expr.property, environment);
            }
            else {
                property = this.evaluate(expr.property, environment);
            }
        }
        else if (expr.property.type === "IntegerLiteral") {
            property = new IntegerValue(expr.property.value);
        }
        else {
            property = new StringValue(expr.property.value);
        }
        var value;
        if (isAttributeContainer(object)) {
            if (!(property instanceof StringValue)) {
                throw new Error("Cannot access property with non-string: got ".concat(property.type));
            }
            value = (_a = object.value.get(property.value)) !== null && _a !== void 0 ? _a : (object instanceof ObjectValue ? object.builtins.get(property.value) : void 0);
        }
        else if (object instanceof ArrayValue || object instanceof StringValue) {
            if (property instanceof IntegerValue) {
                if (object instanceof StringValue) {
                    var character = object.value.at(property.value);
                    value = character === void 0 ? void 0 : new StringValue(character);
                }
                else {
                    value = object.value.at(property.value);
                }
            }
            else if (property instanceof StringValue) {
                value = object.builtins.get(property.value);
            }
            else {
                throw new Error("Cannot access property with non-string/non-number: got ".concat(property.type));
            }
        }
        else {
            if (!(property instanceof StringValue)) {
                throw new Error("Cannot access property with non-string: got ".concat(property.type));
            }
            value = object.builtins.get(property.value);
        }
        return value instanceof RuntimeValue ? value : new UndefinedValue();
    };
    class_47.prototype.evaluateSet = function (node, environment) {
        var rhs = node.value ? this.evaluate(node.value, environment) : this.evaluateBlock(node.body, environment);
        if (node.assignee.type === "Identifier") {
            var variableName = node.assignee.value;
            environment.setVariable(variableName, rhs);
        }
        else if (node.assignee.type === "TupleLiteral") {
            var tuple = node.assignee;
            if (!(rhs instanceof ArrayValue)) {
                throw new Error("Cannot unpack non-iterable type in set: ".concat(rhs.type));
            }
            var arr = rhs.value;
            if (arr.length !== tuple.value.length) {
                throw new Error("Too ".concat(tuple.value.length > arr.length ? "few" : "many", " items to unpack in set"));
            }
            for (var i = 0; i < tuple.value.length; ++i) {
                var elem = tuple.value[i];
                if (elem.type !== "Identifier") {
                    throw new Error("Cannot unpack to non-identifier in set: ".concat(elem.type));
                }
                environment.setVariable(elem.value, arr[i]);
            }
        }
        else if (node.assignee.type === "MemberExpression") {
            var member = node.assignee;
            var object = this.evaluate(member.object, environment);
            if (!(object instanceof NamespaceValue)) {
                throw new Error("cannot assign attribute on non-namespace object");
            }
            if (member.property.type !== "Identifier") {
                throw new Error("Cannot assign to member with non-identifier property");
            }
            object.value.set(member.property.value, rhs);
        }
        else {
            throw new Error("Invalid LHS inside assignment expression: ".concat(JSON.stringify(node.assignee)));
        }
        return new NullValue();
    };
    class_47.prototype.evaluateIf = function (node, environment) {
        var test = this.evaluate(node.test, environment);
        return this.evaluateBlock(test.__bool__().value ? node.body : node.alternate, environment);
    };
    class_47.prototype.evaluateFor = function (node, environment) {
        var scope = new Environment(environment);
        var test, iterable;
        if (node.iterable.type === "SelectExpression") {
            var select = node.iterable;
            iterable = this.evaluate(select.lhs, scope);
            test = select.test;
        }
        else {
            iterable = this.evaluate(node.iterable, scope);
        }
        if (!(iterable instanceof ArrayValue || iterable instanceof ObjectValue)) {
            throw new Error("Expected iterable or object type in for loop: got ".concat(iterable.type));
        }
        if (iterable instanceof ObjectValue) {
            iterable = iterable.keys();
        }
        var items = [];
        var scopeUpdateFunctions = [];
        var _loop_3 = function (i) {
            var loopScope = new Environment(scope);
            var current = iterable.value[i];
            var scopeUpdateFunction = void 0;
            if (node.loopvar.type === "Identifier") {
                scopeUpdateFunction = function (scope2) { return scope2.setVariable(node.loopvar.value, current); };
            }
            else if (node.loopvar.type === "TupleLiteral") {
                var loopvar_1 = node.loopvar;
                if (current.type !== "ArrayValue") {
                    throw new Error("Cannot unpack non-iterable type: ".concat(current.type));
                }
                var c_1 = current;
                if (loopvar_1.value.length !== c_1.value.length) {
                    throw new Error("Too ".concat(loopvar_1.value.length > c_1.value.length ? "few" : "many", " items to unpack"));
                }
                scopeUpdateFunction = function (scope2) {
                    for (var j = 0; j < loopvar_1.value.length; ++j) {
                        if (loopvar_1.value[j].type !== "Identifier") {
                            throw new Error("Cannot unpack non-identifier type: ".concat(loopvar_1.value[j].type));
                        }
                        scope2.setVariable(loopvar_1.value[j].value, c_1.value[j]);
                    }
                };
            }
            else {
                throw new Error("Invalid loop variable(s): ".concat(node.loopvar.type));
            }
            if (test) {
                scopeUpdateFunction(loopScope);
                var testValue = this_1.evaluate(test, loopScope);
                if (!testValue.__bool__().value) {
                    return "continue";
                }
            }
            items.push(current);
            scopeUpdateFunctions.push(scopeUpdateFunction);
        };
        var this_1 = this;
        for (var i = 0; i < iterable.value.length; ++i) {
            _loop_3(i);
        }
        var result = "";
        var noIteration = true;
        for (var i = 0; i < items.length; ++i) {
            var loop = /* @__PURE__ */ new Map([
                ["index", new IntegerValue(i + 1)],
                ["index0", new IntegerValue(i)],
                ["revindex", new IntegerValue(items.length - i)],
                ["revindex0", new IntegerValue(items.length - i - 1)],
                ["first", new BooleanValue(i === 0)],
                ["last", new BooleanValue(i === items.length - 1)],
                ["length", new IntegerValue(items.length)],
                ["previtem", i > 0 ? items[i - 1] : new UndefinedValue()],
                ["nextitem", i < items.length - 1 ? items[i + 1] : new UndefinedValue()]
            ]);
            scope.setVariable("loop", new ObjectValue(loop));
            scopeUpdateFunctions[i](scope);
            try {
                var evaluated = this.evaluateBlock(node.body, scope);
                result += evaluated.value;
            }
            catch (err) {
                if (err instanceof ContinueControl) {
                    continue;
                }
                if (err instanceof BreakControl) {
                    break;
                }
                throw err;
            }
            noIteration = false;
        }
        if (noIteration) {
            var defaultEvaluated = this.evaluateBlock(node.defaultBlock, scope);
            result += defaultEvaluated.value;
        }
        return new StringValue(result);
    };
    /**
     * Bind every parameter name and special argument before evaluating defaults,
     * preventing unbound parameters from resolving in an outer scope.
     */
    class_47.prototype.bindMacroArguments = function (displayName, parameters, specialArguments, args, scope) {
        var e_24, _a;
        var positionalArguments = args.slice();
        var keywordArguments = /* @__PURE__ */ new Map();
        if (positionalArguments.at(-1) instanceof KeywordArgumentsValue) {
            keywordArguments = new Map(positionalArguments.pop().value);
        }
        var pendingDefaults = [];
        for (var i = 0; i < parameters.length; ++i) {
            var _b = getParameterDescriptor(parameters[i]), name_2 = _b.name, defaultValue = _b.defaultValue;
            var value = positionalArguments[i];
            if (value === void 0 && keywordArguments.has(name_2)) {
                value = keywordArguments.get(name_2);
                keywordArguments.delete(name_2);
            }
            if (value === void 0 && defaultValue !== void 0) {
                pendingDefaults.push([name_2, defaultValue]);
            }
            scope.setVariable(name_2, value !== null && value !== void 0 ? value : new UndefinedValue());
        }
        if (specialArguments.has("kwargs")) {
            scope.setVariable("kwargs", new ObjectValue(keywordArguments));
        }
        else if (keywordArguments.size > 0) {
            throw new Error("macro ".concat(displayName, " takes no keyword argument '").concat(keywordArguments.keys().next().value, "'"));
        }
        if (specialArguments.has("varargs")) {
            scope.setVariable("varargs", new ArrayValue(positionalArguments.slice(parameters.length)));
        }
        else if (positionalArguments.length > parameters.length) {
            throw new Error("macro ".concat(displayName, " takes not more than ").concat(parameters.length, " argument(s)"));
        }
        try {
            for (var pendingDefaults_1 = __values(pendingDefaults), pendingDefaults_1_1 = pendingDefaults_1.next(); !pendingDefaults_1_1.done; pendingDefaults_1_1 = pendingDefaults_1.next()) {
                var _c = __read(pendingDefaults_1_1.value, 2), name_3 = _c[0], defaultValue = _c[1];
                scope.setVariable(name_3, this.evaluate(defaultValue, scope));
            }
        }
        catch (e_24_1) { e_24 = { error: e_24_1 }; }
        finally {
            try {
                if (pendingDefaults_1_1 && !pendingDefaults_1_1.done && (_a = pendingDefaults_1.return)) _a.call(pendingDefaults_1);
            }
            finally { if (e_24) throw e_24.error; }
        }
    };
    /**
     * See https://jinja.palletsprojects.com/en/3.1.x/templates/#macros for more information.
     */
    class_47.prototype.evaluateMacro = function (node, environment) {
        var _this = this;
        var specialArguments = findAccessedSpecialMacroArguments(node.args, node.body);
        environment.setVariable(node.name.value, new FunctionValue(function (args, scope) {
            var macroScope = new Environment(scope);
            _this.bindMacroArguments("'".concat(node.name.value, "'"), node.args, specialArguments, args, macroScope);
            return _this.evaluateBlock(node.body, macroScope);
        }));
        return new NullValue();
    };
    class_47.prototype.evaluateCallStatement = function (node, environment) {
        var _this = this;
        var _a;
        var parameters = (_a = node.callerArgs) !== null && _a !== void 0 ? _a : [];
        var specialArguments = findAccessedSpecialMacroArguments(parameters, node.body);
        var callerFn = new FunctionValue(function (callerArguments) {
            var callBlockEnv = new Environment(environment);
            _this.bindMacroArguments("None", parameters, specialArguments, callerArguments, callBlockEnv);
            return _this.evaluateBlock(node.body, callBlockEnv);
        });
        var _b = __read(this.evaluateArguments(node.call.args, environment), 2), macroArgs = _b[0], macroKwargs = _b[1];
        macroArgs.push(new KeywordArgumentsValue(macroKwargs));
        var fn = this.evaluate(node.call.callee, environment);
        if (fn.type !== "FunctionValue") {
            throw new Error("Cannot call something that is not a function: got ".concat(fn.type));
        }
        var newEnv = new Environment(environment);
        newEnv.setVariable("caller", callerFn);
        return fn.value(macroArgs, newEnv);
    };
    class_47.prototype.evaluateFilterStatement = function (node, environment) {
        var rendered = this.evaluateBlock(node.body, environment);
        return this.applyFilter(rendered, node.filter, environment);
    };
    class_47.prototype.evaluate = function (statement, environment) {
        var e_25, _a;
        var _this = this;
        if (!statement) {
            return new UndefinedValue();
        }
        switch (statement.type) {
            case "Program":
                return this.evalProgram(statement, environment);
            case "Set":
                return this.evaluateSet(statement, environment);
            case "If":
                return this.evaluateIf(statement, environment);
            case "For":
                return this.evaluateFor(statement, environment);
            case "Macro":
                return this.evaluateMacro(statement, environment);
            case "CallStatement":
                return this.evaluateCallStatement(statement, environment);
            case "Break":
                throw new BreakControl();
            case "Continue":
                throw new ContinueControl();
            case "IntegerLiteral":
                return new IntegerValue(statement.value);
            case "FloatLiteral":
                return new FloatValue(statement.value);
            case "StringLiteral":
                return new StringValue(statement.value);
            case "ArrayLiteral":
                return new ArrayValue(statement.value.map(function (x) { return _this.evaluate(x, environment); }));
            case "TupleLiteral":
                return new TupleValue(statement.value.map(function (x) { return _this.evaluate(x, environment); }));
            case "ObjectLiteral": {
                var mapping = /* @__PURE__ */ new Map();
                try {
                    for (var _b = __values(statement.value), _c = _b.next(); !_c.done; _c = _b.next()) {
                        var _d = __read(_c.value, 2), key = _d[0], value = _d[1];
                        var evaluatedKey = this.evaluate(key, environment);
                        if (!(evaluatedKey instanceof StringValue)) {
                            throw new Error("Object keys must be strings: got ".concat(evaluatedKey.type));
                        }
                        mapping.set(evaluatedKey.value, this.evaluate(value, environment));
                    }
                }
                catch (e_25_1) { e_25 = { error: e_25_1 }; }
                finally {
                    try {
                        if (_c && !_c.done && (_a = _b.return)) _a.call(_b);
                    }
                    finally { if (e_25) throw e_25.error; }
                }
                return new ObjectValue(mapping);
            }
            case "Identifier":
                return this.evaluateIdentifier(statement, environment);
            case "CallExpression":
                return this.evaluateCallExpression(statement, environment);
            case "MemberExpression":
                return this.evaluateMemberExpression(statement, environment);
            case "UnaryExpression":
                return this.evaluateUnaryExpression(statement, environment);
            case "BinaryExpression":
                return this.evaluateBinaryExpression(statement, environment);
            case "FilterExpression":
                return this.evaluateFilterExpression(statement, environment);
            case "FilterStatement":
                return this.evaluateFilterStatement(statement, environment);
            case "TestExpression":
                return this.evaluateTestExpression(statement, environment);
            case "SelectExpression":
                return this.evaluateSelectExpression(statement, environment);
            case "Ternary":
                return this.evaluateTernaryExpression(statement, environment);
            case "Comment":
                return new NullValue();
            default:
                throw new SyntaxError("Unknown node type: ".concat(statement.type));
        }
    };
    return class_47;
}());
function convertToRuntimeValues(input) {
    switch (typeof input) {
        case "number":
            return Number.isInteger(input) ? new IntegerValue(input) : new FloatValue(input);
        case "string":
            return new StringValue(input);
        case "boolean":
            return new BooleanValue(input);
        case "undefined":
            return new UndefinedValue();
        case "object":
            if (input === null) {
                return new NullValue();
            }
            else if (Array.isArray(input)) {
                return new ArrayValue(input.map(convertToRuntimeValues));
            }
            else {
                return new ObjectValue(new Map(Object.entries(input).map(function (_a) {
                    var _b = __read(_a, 2), key = _b[0], value = _b[1];
                    return [key, convertToRuntimeValues(value)];
                })));
            }
        case "function":
            return new FunctionValue(function (args, _scope) {
                var _a;
                var result = (_a = input.apply(void 0, __spreadArray([], __read(args.map(function (x) { return x.value; })), false))) !== null && _a !== void 0 ? _a : null;
                return convertToRuntimeValues(result);
            });
        default:
            throw new Error("Cannot convert to runtime value: ".concat(input));
    }
}
// src/format.ts
var NEWLINE = "\n";
var OPEN_STATEMENT = "{%- ";
var CLOSE_STATEMENT = " -%}";
var PRECEDENCE = Object.freeze({
    CONDITIONAL: 0,
    // a if b else c
    LOGICAL_OR: 1,
    // or
    LOGICAL_AND: 2,
    // and
    LOGICAL_NOT: 3,
    // not a
    COMPARISON: 4,
    // == != < <= > >= in, not in
    ADDITIVE: 5,
    // + -
    MULTIPLICATIVE: 6,
    // * / // %
    EXPONENTIATION: 7,
    // **
    TEST: 8,
    // is
    FILTER: 9,
    // |
    UNARY_SIGN: 10,
    // -a +a
    ATOM: 11
    // literals, identifiers, calls, member accesses
});
function getBinaryOperatorPrecedence(expr) {
    switch (expr.operator.type) {
        case "ExponentiationBinaryOperator":
            return PRECEDENCE.EXPONENTIATION;
        case "MultiplicativeBinaryOperator":
            return PRECEDENCE.MULTIPLICATIVE;
        case "AdditiveBinaryOperator":
            return PRECEDENCE.ADDITIVE;
        case "ComparisonBinaryOperator":
            return PRECEDENCE.COMPARISON;
        case "Identifier":
            if (expr.operator.value === "and") {
                return PRECEDENCE.LOGICAL_AND;
            }
            if (expr.operator.value === "in" || expr.operator.value === "not in") {
                return PRECEDENCE.COMPARISON;
            }
            return PRECEDENCE.LOGICAL_OR;
    }
    return PRECEDENCE.LOGICAL_OR;
}
function getPrecedence(node) {
    switch (node.type) {
        case "SelectExpression":
        case "Ternary":
            return PRECEDENCE.CONDITIONAL;
        case "BinaryExpression":
            return getBinaryOperatorPrecedence(node);
        case "UnaryExpression":
            return node.operator.value === "not" ? PRECEDENCE.LOGICAL_NOT : PRECEDENCE.UNARY_SIGN;
        case "TestExpression":
            return PRECEDENCE.TEST;
        case "FilterExpression":
            return PRECEDENCE.FILTER;
        default:
            return PRECEDENCE.ATOM;
    }
}
function formatOperand(node, minPrecedence) {
    var expr = formatExpression(node);
    return getPrecedence(node) < minPrecedence ? "(".concat(expr, ")") : expr;
}
function format(program, indent) {
    if (indent === void 0) { indent = "	"; }
    var indentStr = typeof indent === "number" ? " ".repeat(indent) : indent;
    var body = formatStatements(program.body, 0, indentStr);
    return body.replace(/\n$/, "");
}
function createStatement() {
    var text = [];
    for (var _i = 0; _i < arguments.length; _i++) {
        text[_i] = arguments[_i];
    }
    return OPEN_STATEMENT + text.join(" ") + CLOSE_STATEMENT;
}
function formatStatements(stmts, depth, indentStr) {
    return stmts.map(function (stmt) { return formatStatement(stmt, depth, indentStr); }).join(NEWLINE);
}
function formatExpressionList(expressions) {
    return expressions.map(function (expression) { return formatExpression(expression); }).join(", ");
}
function formatStatement(node, depth, indentStr) {
    var pad = indentStr.repeat(depth);
    switch (node.type) {
        case "Program":
            return formatStatements(node.body, depth, indentStr);
        case "If":
            return formatIf(node, depth, indentStr);
        case "For":
            return formatFor(node, depth, indentStr);
        case "Set":
            return formatSet(node, depth, indentStr);
        case "Macro":
            return formatMacro(node, depth, indentStr);
        case "Break":
            return pad + createStatement("break");
        case "Continue":
            return pad + createStatement("continue");
        case "CallStatement":
            return formatCallStatement(node, depth, indentStr);
        case "FilterStatement":
            return formatFilterStatement(node, depth, indentStr);
        case "Comment":
            return pad + "{# " + node.value + " #}";
        default:
            return pad + "{{- " + formatExpression(node) + " -}}";
    }
}
function formatIf(node, depth, indentStr) {
    var pad = indentStr.repeat(depth);
    var clauses = [];
    var current = node;
    while (current) {
        clauses.push({ test: current.test, body: current.body });
        if (current.alternate.length === 1 && current.alternate[0].type === "If") {
            current = current.alternate[0];
        }
        else {
            break;
        }
    }
    var out = pad + createStatement("if", formatExpression(clauses[0].test)) + NEWLINE + formatStatements(clauses[0].body, depth + 1, indentStr);
    for (var i = 1; i < clauses.length; ++i) {
        out += NEWLINE + pad + createStatement("elif", formatExpression(clauses[i].test)) + NEWLINE + formatStatements(clauses[i].body, depth + 1, indentStr);
    }
    if (current && current.alternate.length > 0) {
        out += NEWLINE + pad + createStatement("else") + NEWLINE + formatStatements(current.alternate, depth + 1, indentStr);
    }
    out += NEWLINE + pad + createStatement("endif");
    return out;
}
function formatFor(node, depth, indentStr) {
    var pad = indentStr.repeat(depth);
    var formattedIterable = "";
    if (node.iterable.type === "SelectExpression") {
        var n = node.iterable;
        formattedIterable = "".concat(formatExpression(n.lhs), " if ").concat(formatExpression(n.test));
    }
    else {
        formattedIterable = formatExpression(node.iterable);
    }
    var out = pad + createStatement("for", formatExpression(node.loopvar), "in", formattedIterable) + NEWLINE + formatStatements(node.body, depth + 1, indentStr);
    if (node.defaultBlock.length > 0) {
        out += NEWLINE + pad + createStatement("else") + NEWLINE + formatStatements(node.defaultBlock, depth + 1, indentStr);
    }
    out += NEWLINE + pad + createStatement("endfor");
    return out;
}
function formatSet(node, depth, indentStr) {
    var pad = indentStr.repeat(depth);
    var left = formatExpression(node.assignee);
    var right = node.value ? formatExpression(node.value) : "";
    var value = pad + createStatement("set", "".concat(left).concat(node.value ? " = " + right : ""));
    if (node.body.length === 0) {
        return value;
    }
    return value + NEWLINE + formatStatements(node.body, depth + 1, indentStr) + NEWLINE + pad + createStatement("endset");
}
function formatMacro(node, depth, indentStr) {
    var pad = indentStr.repeat(depth);
    var args = formatExpressionList(node.args);
    return pad + createStatement("macro", "".concat(node.name.value, "(").concat(args, ")")) + NEWLINE + formatStatements(node.body, depth + 1, indentStr) + NEWLINE + pad + createStatement("endmacro");
}
function formatCallStatement(node, depth, indentStr) {
    var pad = indentStr.repeat(depth);
    var params = node.callerArgs && node.callerArgs.length > 0 ? "(".concat(formatExpressionList(node.callerArgs), ")") : "";
    var callExpr = formatExpression(node.call);
    var out = pad + createStatement("call".concat(params), callExpr) + NEWLINE;
    out += formatStatements(node.body, depth + 1, indentStr) + NEWLINE;
    out += pad + createStatement("endcall");
    return out;
}
function formatFilterStatement(node, depth, indentStr) {
    var pad = indentStr.repeat(depth);
    var spec = node.filter.type === "Identifier" ? node.filter.value : formatExpression(node.filter);
    var out = pad + createStatement("filter", spec) + NEWLINE;
    out += formatStatements(node.body, depth + 1, indentStr) + NEWLINE;
    out += pad + createStatement("endfilter");
    return out;
}
function formatExpression(node) {
    switch (node.type) {
        case "SpreadExpression": {
            var n = node;
            return "*".concat(formatExpression(n.argument));
        }
        case "KeywordSpreadExpression": {
            var n = node;
            return "**".concat(formatExpression(n.argument));
        }
        case "Identifier":
            return node.value;
        case "IntegerLiteral":
            return "".concat(node.value);
        case "FloatLiteral": {
            var value = node.value;
            if (Object.is(value, -0)) {
                return "-0.0";
            }
            return value % 1 === 0 ? value.toFixed(1) : value.toString();
        }
        case "StringLiteral":
            return JSON.stringify(node.value);
        case "BinaryExpression": {
            var n = node;
            var thisPrecedence = getBinaryOperatorPrecedence(n);
            var left = formatOperand(n.left, thisPrecedence);
            var right = formatOperand(n.right, thisPrecedence + 1);
            return "".concat(left, " ").concat(n.operator.value, " ").concat(right);
        }
        case "UnaryExpression": {
            var n = node;
            var operandPrecedence = n.argument.type === "UnaryExpression" ? getPrecedence(n) : PRECEDENCE.ATOM;
            return n.operator.value + (n.operator.value === "not" ? " " : "") + formatOperand(n.argument, operandPrecedence);
        }
        case "CallExpression": {
            var n = node;
            var args = formatExpressionList(n.args);
            return "".concat(formatExpression(n.callee), "(").concat(args, ")");
        }
        case "MemberExpression": {
            var n = node;
            var obj = formatOperand(n.object, PRECEDENCE.ATOM);
            var prop = formatExpression(n.property);
            if (!n.computed && n.property.type !== "Identifier" && n.property.type !== "IntegerLiteral") {
                prop = "(".concat(prop, ")");
            }
            return n.computed ? "".concat(obj, "[").concat(prop, "]") : "".concat(obj, ".").concat(prop);
        }
        case "FilterExpression": {
            var n = node;
            var operand = formatOperand(n.operand, PRECEDENCE.FILTER);
            if (n.filter.type === "CallExpression") {
                return "".concat(operand, " | ").concat(formatExpression(n.filter));
            }
            return "".concat(operand, " | ").concat(n.filter.value);
        }
        case "SelectExpression": {
            var n = node;
            return "".concat(formatOperand(n.lhs, PRECEDENCE.LOGICAL_OR), " if ").concat(formatOperand(n.test, PRECEDENCE.LOGICAL_OR));
        }
        case "TestExpression": {
            var n = node;
            return "".concat(formatOperand(n.operand, PRECEDENCE.TEST), " is").concat(n.negate ? " not" : "", " ").concat(n.test.value);
        }
        case "ArrayLiteral":
        case "TupleLiteral": {
            var elems = formatExpressionList(node.value);
            var brackets = node.type === "ArrayLiteral" ? "[]" : "()";
            return "".concat(brackets[0]).concat(elems).concat(brackets[1]);
        }
        case "ObjectLiteral": {
            var entries = Array.from(node.value.entries()).map(function (_a) {
                var _b = __read(_a, 2), k = _b[0], v = _b[1];
                return "".concat(formatExpression(k), ": ").concat(formatExpression(v));
            });
            return "{".concat(entries.join(", "), "}");
        }
        case "SliceExpression": {
            var n = node;
            var s = n.start ? formatExpression(n.start) : "";
            var t = n.stop ? formatExpression(n.stop) : "";
            var st = n.step ? ":".concat(formatExpression(n.step)) : "";
            return "".concat(s, ":").concat(t).concat(st);
        }
        case "KeywordArgumentExpression": {
            var n = node;
            return "".concat(n.key.value, "=").concat(formatExpression(n.value));
        }
        case "Ternary": {
            var n = node;
            return "".concat(formatOperand(n.trueExpr, PRECEDENCE.LOGICAL_OR), " if ").concat(formatOperand(n.condition, PRECEDENCE.LOGICAL_OR), " else ").concat(formatOperand(n.falseExpr, PRECEDENCE.CONDITIONAL));
        }
        default:
            throw new Error("Unknown expression type: ".concat(node.type));
    }
}
// src/index.ts
var Template = /** @class */ (function () {
    /**
     * @param {string} template The template string
     */
    function class_48(template) {
        var tokens = tokenize(template, {
            lstrip_blocks: true,
            trim_blocks: true
        });
        this.parsed = parse(tokens);
    }
    class_48.prototype.render = function (items) {
        var e_26, _a;
        var env = new Environment();
        setupGlobals(env);
        if (items) {
            try {
                for (var _b = __values(Object.entries(items)), _c = _b.next(); !_c.done; _c = _b.next()) {
                    var _d = __read(_c.value, 2), key = _d[0], value = _d[1];
                    env.set(key, value);
                }
            }
            catch (e_26_1) { e_26 = { error: e_26_1 }; }
            finally {
                try {
                    if (_c && !_c.done && (_a = _b.return)) _a.call(_b);
                }
                finally { if (e_26) throw e_26.error; }
            }
        }
        var interpreter = new Interpreter(env);
        var result = interpreter.run(this.parsed);
        return result.value;
    };
    class_48.prototype.format = function (options) {
        return format(this.parsed, (options === null || options === void 0 ? void 0 : options.indent) || "	");
    };
    return class_48;
}());
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
    Environment: Environment,
    Interpreter: Interpreter,
    Template: Template,
    parse: parse,
    tokenize: tokenize
});
