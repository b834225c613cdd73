// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a name may be made of
/// @notice Names are shown in terminals, on pages and in signed reports. What drives a terminal, is read in another order than
/// it stands, or cannot be seen would let one operator look like another.
library Names {
    /// @param name supposed to be UTF-8
    /// @return ok whether every character can be shown as it is, with single spaces inside at most
    /// @return index of the first byte of the first one that cannot
    function check(bytes memory name) internal pure returns (bool ok, uint256 index) {
        uint256 before = 0x20;
        while (index < name.length) {
            (uint256 character, uint256 length) = _decode(name, index);
            if (length == 0 || !_isPlain(character) || (character == 0x20 && before == 0x20)) return (false, index);
            before = character;
            index += length;
        }
        return before == 0x20 && index > 0 ? (false, index - 1) : (true, 0);
    }

    /// Well-formed UTF-8 only: what readers replace, or decode to something else, can be made to look like another name.
    /// @return character code point
    /// @return length in bytes; 0 if malformed
    function _decode(bytes memory name, uint256 from) private pure returns (uint256 character, uint256 length) {
        uint256 lead = uint8(name[from]);
        if (lead < 0x80) return (lead, 1);
        uint256 least;
        if (lead >= 0xc2 && lead < 0xe0) (character, length, least) = (lead & 0x1f, 2, 0x80);
        else if (lead >= 0xe0 && lead < 0xf0) (character, length, least) = (lead & 0xf, 3, 0x800);
        else if (lead >= 0xf0 && lead < 0xf5) (character, length, least) = (lead & 7, 4, 0x10000);
        else return (0, 0);
        if (from + length > name.length) return (0, 0);
        for (uint256 i = 1; i < length; ++i) {
            uint256 next = uint8(name[from + i]);
            if (next & 0xc0 != 0x80) return (0, 0);
            character = character << 6 | next & 0x3f;
        }
        bool surrogate = character >= 0xd800 && character < 0xe000;
        if (character < least || character > 0x10ffff || surrogate) return (0, 0);
    }

    function _isPlain(uint256 c) private pure returns (bool) {
        // controls of ASCII and C1, with the no-break space
        if (c < 0x20 || (c >= 0x7f && c <= 0xa0)) return false;
        if (c < 0x100) return c != 0xad;
        // marks, embeddings, overrides and isolates of direction; spaces other than U+0020; what has no width
        if (c == 0x61c || c == 0x180e || c == 0x3000 || c == 0xfeff || c == 0x3164) return false;
        if (c >= 0x2000 && c <= 0x200f) return false;
        if (c >= 0x2028 && c <= 0x202f) return false;
        if (c >= 0x205f && c <= 0x206f) return false;
        if (c >= 0xfff0 && c <= 0xffff) return false;
        return c < 0xe0000 || c > 0xe0fff;
    }
}
