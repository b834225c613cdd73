// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAlgorithmRegistry} from "./IAlgorithmRegistry.sol";
import {IConsortium} from "./IConsortium.sol";
import {Members} from "./Members.sol";
import {Quorum, QuorumLibrary} from "./Quorum.sol";

/// @title The planner itself, on chain; documented in IAlgorithmRegistry
contract AlgorithmRegistry is IAlgorithmRegistry {
    using Members for uint256;

    /// A contract's code holds 24,576 bytes (EIP-170), one of them a STOP in front.
    uint256 private constant CHUNK_BYTES = 24_575;
    uint32 private constant MOST_BYTES = 1 << 20;
    uint32 private constant MOST_TIMESTEPS_AHEAD = 366 * 96;
    uint256 private constant MOST_DESCRIPTION_BYTES = 256;
    /// What each operator may do so often in `WINDOW_SECONDS`: all readers keep its traces.
    uint256 private constant MOST_IN_WINDOW = 32;
    uint256 private constant WINDOW_SECONDS = 30 days;
    uint256 private constant MOST_STORES_PER_CHUNK = 4;

    struct Upload {
        uint32 size;
        uint16 chunks;
        uint16 stores;
        mapping(uint256 index => address) code;
    }

    /// The seconds in which an operator did something the last `MOST_IN_WINDOW` times, in a ring.
    struct Window {
        uint64[MOST_IN_WINDOW] seconds_;
        uint256 next;
    }

    struct Activation {
        bytes32 algorithm;
        uint32 fromTimestep;
    }

    IConsortium private immutable CONSORTIUM;
    Quorum private immutable QUORUM;

    /// One for each operator: nobody can spoil what another stores.
    mapping(bytes32 algorithm => mapping(uint8 operator => Upload)) private _uploads;
    /// Whose upload was sealed; 0 before.
    mapping(bytes32 algorithm => uint8 operator) private _storedBy;
    mapping(bytes32 algorithm => mapping(uint32 fromTimestep => uint256 operators)) private _approvals;
    Activation[] private _activations;
    mapping(uint8 operator => Window) private _starts;
    mapping(uint8 operator => Window) private _approvalsOf;

    constructor(IConsortium consortium) {
        CONSORTIUM = consortium;
        IConsortium.Parameters memory p = consortium.parameters();
        QUORUM = QuorumLibrary.moreThan(p.quorumNumerator, p.quorumDenominator);
    }

    /// @inheritdoc IAlgorithmRegistry
    function start(bytes32 algorithm, uint32 size, string calldata description) external {
        uint8 operator = _owner();
        Upload storage u = _uploads[algorithm][operator];
        uint256 length = bytes(description).length;
        if (length > MOST_DESCRIPTION_BYTES) revert DescriptionLength(length, MOST_DESCRIPTION_BYTES);
        // a wrong size can be replaced until the hash was checked
        if (_storedBy[algorithm] != 0 || (u.size == size && size != 0)) revert AlreadyStarted(algorithm);
        if (size == 0 || size > MOST_BYTES) revert SizeOutOfRange(size, MOST_BYTES);
        if (!_enter(_starts[operator])) revert TooManyUploads(operator, MOST_IN_WINDOW);
        for (uint256 i = 0; i < u.chunks; ++i) {
            delete u.code[i];
        }
        u.stores = 0;
        u.size = size;
        u.chunks = uint16((size + CHUNK_BYTES - 1) / CHUNK_BYTES);
        emit AlgorithmStarted(algorithm, size, u.chunks, description);
    }

    /// @inheritdoc IAlgorithmRegistry
    function store(bytes32 algorithm, uint256 index, bytes calldata chunk) external {
        uint8 operator = _owner();
        Upload storage u = _uploadOf(algorithm, operator);
        if (index >= u.chunks) revert UnknownChunk(algorithm, index, u.chunks);
        uint256 expected = index + 1 == u.chunks ? u.size - index * CHUNK_BYTES : CHUNK_BYTES;
        if (chunk.length != expected) revert ChunkSize(index, chunk.length, expected);
        // once sealed, by whomever, nothing changes; before, a wrong chunk can be replaced
        if (_storedBy[algorithm] != 0) return;
        uint256 maxStores = MOST_STORES_PER_CHUNK * u.chunks;
        if (u.stores == maxStores) revert TooManyStores(algorithm, maxStores);
        ++u.stores;
        u.code[index] = _write(chunk);
        emit ChunkStored(algorithm, operator, index, chunk);
    }

    /// @inheritdoc IAlgorithmRegistry
    function seal(bytes32 algorithm) external {
        uint8 operator = _owner();
        if (_storedBy[algorithm] != 0) return;
        Upload storage u = _uploadOf(algorithm, operator);
        bytes memory all = new bytes(u.size);
        for (uint256 i = 0; i < u.chunks; ++i) {
            address code = u.code[i];
            if (code == address(0)) revert ChunkMissing(i);
            assembly ("memory-safe") {
                extcodecopy(code, add(add(all, 32), mul(i, CHUNK_BYTES)), 1, sub(extcodesize(code), 1))
            }
        }
        bytes32 actual = sha256(all);
        if (actual != algorithm) revert WrongHash(algorithm, actual);
        _storedBy[algorithm] = operator;
        emit AlgorithmStored(algorithm);
    }

    /// @inheritdoc IAlgorithmRegistry
    function approve(bytes32 algorithm, uint32 fromTimestep) external {
        uint8 operator = _owner();
        if (_storedBy[algorithm] == 0) revert NotStored(algorithm);
        // the next timestep may be in its gate already
        uint32 earliest = CONSORTIUM.currentTimestep() + 2;
        uint256 count = _activations.length;
        if (count > 0 && _activations[count - 1].fromTimestep >= earliest) {
            earliest = _activations[count - 1].fromTimestep + 1;
        }
        if (fromTimestep < earliest) revert TooEarly(fromTimestep, earliest);
        // an activation blocks all earlier ones
        uint32 latest = CONSORTIUM.currentTimestep() + MOST_TIMESTEPS_AHEAD;
        if (fromTimestep > latest) revert TooLate(fromTimestep, latest);
        uint256 operators = _approvals[algorithm][fromTimestep];
        if (operators & (1 << operator) != 0) revert AlreadyApproved(algorithm, fromTimestep, operator);
        if (!_enter(_approvalsOf[operator])) revert TooManyApprovals(operator, MOST_IN_WINDOW);
        operators |= 1 << operator;
        _approvals[algorithm][fromTimestep] = operators;
        emit AlgorithmApproved(algorithm, fromTimestep, operator);

        uint256 members = CONSORTIUM.members();
        if (!QUORUM.isReached(members.countOf(operators), members.count())) return;
        _activations.push(Activation(algorithm, fromTimestep));
        emit AlgorithmActivated(algorithm, fromTimestep);
    }

    /// @inheritdoc IAlgorithmRegistry
    function algorithmAt(uint32 timestep) external view returns (bytes32) {
        for (uint256 i = _activations.length; i > 0; --i) {
            Activation storage a = _activations[i - 1];
            if (a.fromTimestep <= timestep) return a.algorithm;
        }
        return 0;
    }

    /// @inheritdoc IAlgorithmRegistry
    function sizeOf(bytes32 algorithm) external view returns (uint32 size, uint16 chunks, bool stored) {
        // nobody uploads as operator 0: before the seal all are 0
        Upload storage u = _uploads[algorithm][_storedBy[algorithm]];
        return (u.size, u.chunks, u.size != 0);
    }

    /// @inheritdoc IAlgorithmRegistry
    function chunkOf(bytes32 algorithm, uint256 index) external view returns (bytes memory chunk) {
        uint8 operator = _storedBy[algorithm];
        if (operator == 0) revert NotStored(algorithm);
        Upload storage u = _uploads[algorithm][operator];
        if (index >= u.chunks) revert UnknownChunk(algorithm, index, u.chunks);
        address code = u.code[index];
        chunk = new bytes(code.code.length - 1);
        assembly ("memory-safe") {
            extcodecopy(code, add(chunk, 32), 1, mload(chunk))
        }
    }

    /// @inheritdoc IAlgorithmRegistry
    function chunkBytes() external pure returns (uint256) {
        return CHUNK_BYTES;
    }

    /// @return whether there is room in the window, and then it is taken
    function _enter(Window storage w) private returns (bool) {
        uint256 next = w.next;
        // 0 was never used
        if (w.seconds_[next] != 0 && block.timestamp < w.seconds_[next] + WINDOW_SECONDS) return false;
        w.seconds_[next] = uint64(block.timestamp);
        w.next = (next + 1) % MOST_IN_WINDOW;
        return true;
    }

    function _owner() private view returns (uint8) {
        (uint8 operator, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        if (role != IConsortium.Role.Owner) revert NotAnOwner(msg.sender);
        return operator;
    }

    function _uploadOf(bytes32 algorithm, uint8 operator) private view returns (Upload storage u) {
        u = _uploads[algorithm][operator];
        if (u.size == 0) revert UnknownAlgorithm(algorithm);
    }

    /// Data as a contract's code behind a STOP, so that nothing can run it: 200 gas a byte instead of 690.
    function _write(bytes calldata data) private returns (address pointer) {
        bytes memory creation = abi.encodePacked(hex"61", uint16(data.length + 1), hex"80600a3d393df3", hex"00", data);
        assembly ("memory-safe") {
            pointer := create(0, add(creation, 32), mload(creation))
        }
        // out of gas for the code: nothing else can fail here
        require(pointer != address(0));
    }
}
