// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAlgorithmRegistry} from "../src/IAlgorithmRegistry.sol";
import {Network} from "./Network.sol";

contract AlgorithmRegistryTest is Network {
    uint256 private constant CHUNK = 24_575;

    bytes32 private id;

    function setUp() public {
        deployNetwork(4);
        id = sha256(JAR);
    }

    function test_threeChunks_areSealedByTheirSha256() public {
        bytes memory jar = jarOf(2 * CHUNK + 100, 7);
        id = sha256(jar);
        vm.assertEq(algorithms.chunkBytes(), CHUNK);
        vm.expectEmit(address(algorithms));
        emit IAlgorithmRegistry.AlgorithmStarted(id, uint32(jar.length), 3, "three chunks");
        vm.prank(owner(2));
        algorithms.start(id, uint32(jar.length), "three chunks");
        // in any order
        store(2, 2, part(jar, 2));
        vm.expectEmit(address(algorithms));
        emit IAlgorithmRegistry.ChunkStored(id, 2, 0, part(jar, 0));
        store(2, 0, part(jar, 0));
        store(2, 1, part(jar, 1));
        vm.expectEmit(address(algorithms));
        emit IAlgorithmRegistry.AlgorithmStored(id);
        seal(2);

        (uint32 size, uint16 chunks, bool stored) = algorithms.sizeOf(id);
        vm.assertEq(size, jar.length);
        vm.assertEq(chunks, 3);
        vm.assertTrue(stored);
        vm.assertEq(bytes.concat(algorithms.chunkOf(id, 0), algorithms.chunkOf(id, 1), algorithms.chunkOf(id, 2)), jar);
    }

    function test_oneFullChunk() public {
        bytes memory jar = jarOf(CHUNK, 1);
        id = sha256(jar);
        start(1, id, uint32(CHUNK));
        store(1, 0, jar);
        seal(1);
        (, uint16 chunks,) = algorithms.sizeOf(id);
        vm.assertEq(chunks, 1);
        vm.assertEq(algorithms.chunkOf(id, 0), jar);
    }

    function test_start_refusesOthersThanOwners() public {
        address[3] memory accounts = [STRANGER, oracle(1), meter(1)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            expectNotAnOwner(accounts[i]);
            algorithms.start(id, 11, "");
        }
    }

    function test_start_refusesSizesOutOfRange() public {
        uint32 most = 1 << 20;
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.SizeOutOfRange.selector, 0, most));
        start(1, id, 0);
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.SizeOutOfRange.selector, most + 1, most));
        start(1, id, most + 1);
        vm.expectEmit(address(algorithms));
        emit IAlgorithmRegistry.AlgorithmStarted(id, most, 43, "");
        start(1, id, most);
    }

    function test_start_refusesASecondTime() public {
        start(1, id, uint32(JAR.length));
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.AlreadyStarted.selector, id));
        start(1, id, uint32(JAR.length));
        // another operator's upload is another matter
        start(2, id, uint32(JAR.length));
    }

    function test_start_refusesWhatIsSealed() public {
        sealJar();
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.AlreadyStarted.selector, id));
        start(2, id, uint32(JAR.length) + 1);
    }

    function test_start_replacesAWrongSize() public {
        start(1, id, 2 * uint32(CHUNK));
        store(1, 0, jarOf(CHUNK, 1));
        store(1, 1, jarOf(CHUNK, 1));
        start(1, id, uint32(JAR.length));
        // nothing of the first attempt is left
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.ChunkMissing.selector, 0));
        seal(1);
        store(1, 0, JAR);
        seal(1);
        vm.assertEq(algorithms.chunkOf(id, 0), JAR);
    }

    /// Wrong sizes and wrong chunks of a member spoil nobody else's upload, whenever they come.
    function test_uploads_ofOperatorsAreApart() public {
        start(4, id, 2 * uint32(CHUNK));
        start(1, id, uint32(JAR.length));
        start(3, id, uint32(JAR.length));
        store(1, 0, JAR);
        store(3, 0, "a wrong jar");
        store(4, 0, jarOf(CHUNK, 1));
        start(4, id, 1);
        seal(1);
        vm.assertEq(algorithms.chunkOf(id, 0), JAR);
        // and after the seal
        store(3, 0, "a wrong jar");
        store(4, 0, "x");
        seal(3);
        seal(4);
        requireStored(uint32(JAR.length), 1);
        vm.assertEq(algorithms.chunkOf(id, 0), JAR);
    }

    function test_sizeOf_isNothingBeforeTheSeal() public {
        start(1, id, uint32(JAR.length));
        store(1, 0, JAR);
        (uint32 size, uint16 chunks, bool stored) = algorithms.sizeOf(id);
        vm.assertEq(size, 0);
        vm.assertEq(chunks, 0);
        vm.assertFalse(stored);
        seal(1);
        requireStored(uint32(JAR.length), 1);
    }

    function test_stored_outlivesTheExclusionOfItsOperator() public {
        start(4, id, uint32(JAR.length));
        store(4, 0, JAR);
        seal(4);
        exclude(4);
        requireStored(uint32(JAR.length), 1);
        vm.assertEq(algorithms.chunkOf(id, 0), JAR);
        approve(1, K);
    }

    function test_store_refusesOthersThanOwners() public {
        start(1, id, uint32(JAR.length));
        expectNotAnOwner(oracle(1));
        algorithms.store(id, 0, JAR);
    }

    function test_store_refusesWhatWasNotStarted() public {
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.UnknownAlgorithm.selector, id));
        store(1, 0, JAR);
        // not even what another operator started
        start(2, id, uint32(JAR.length));
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.UnknownAlgorithm.selector, id));
        store(1, 0, JAR);
    }

    function test_store_refusesChunksThatDoNotFit() public {
        start(1, id, uint32(CHUNK) + 1);
        bytes4 selector = IAlgorithmRegistry.ChunkSize.selector;
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.UnknownChunk.selector, id, 2, 2));
        store(1, 2, "x");
        vm.expectRevert(abi.encodeWithSelector(selector, 0, 1, CHUNK));
        store(1, 0, "x");
        vm.expectRevert(abi.encodeWithSelector(selector, 1, 2, 1));
        store(1, 1, "xy");
        vm.expectRevert(abi.encodeWithSelector(selector, 1, 0, 1));
        store(1, 1, "");
    }

    function test_store_replacesAWrongChunkUntilSealed() public {
        start(1, id, uint32(JAR.length));
        store(1, 0, "a wrong jar");
        bytes32 wrong = sha256("a wrong jar");
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.WrongHash.selector, id, wrong));
        seal(1);
        store(1, 0, JAR);
        seal(1);
        store(1, 0, "a wrong jar");
        vm.assertEq(algorithms.chunkOf(id, 0), JAR);
    }

    function test_storedCode_cannotRun() public {
        // a jar that, as code, would return something
        bytes memory jar = hex"602a60005260206000f3";
        id = sha256(jar);
        start(1, id, uint32(jar.length));
        uint64 nonce = 1;
        store(1, 0, jar);
        address code = address(
            uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), address(algorithms), bytes1(uint8(nonce))))))
        );
        vm.assertEq(code.code, bytes.concat(hex"00", jar));
        (bool ok, bytes memory answer) = code.call("");
        vm.assertTrue(ok);
        vm.assertEq(answer.length, 0);
    }

    function test_seal_needsAllChunks() public {
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.UnknownAlgorithm.selector, id));
        seal(1);
        start(1, id, uint32(CHUNK) + 1);
        store(1, 0, jarOf(CHUNK, 1));
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.ChunkMissing.selector, 1));
        seal(1);
    }

    function test_seal_refusesOthersThanOwners() public {
        start(1, id, uint32(JAR.length));
        store(1, 0, JAR);
        address[3] memory accounts = [STRANGER, oracle(1), meter(1)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            expectNotAnOwner(accounts[i]);
            algorithms.seal(id);
        }
    }

    function test_seal_takesTheCallersUploadOnly() public {
        start(1, id, uint32(JAR.length));
        store(1, 0, JAR);
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.UnknownAlgorithm.selector, id));
        seal(2);
        start(2, id, uint32(JAR.length));
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.ChunkMissing.selector, 0));
        seal(2);
        seal(1);
    }

    function test_seal_doesNothingTheSecondTime() public {
        sealJar();
        vm.recordLogs();
        seal(1);
        // who never uploaded it, too
        seal(2);
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_chunkOf_refusesWhatIsNotThere() public {
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.NotStored.selector, id));
        algorithms.chunkOf(id, 0);
        start(1, id, uint32(JAR.length));
        store(1, 0, JAR);
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.NotStored.selector, id));
        algorithms.chunkOf(id, 0);
        seal(1);
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.UnknownChunk.selector, id, 1, 1));
        algorithms.chunkOf(id, 1);
    }

    function test_approve_theQuorumActivates() public {
        sealJar();
        vm.expectEmit(address(algorithms));
        emit IAlgorithmRegistry.AlgorithmApproved(id, K, 1);
        approve(1, K);
        approve(2, K);
        vm.assertEq(algorithms.algorithmAt(K), 0);
        vm.expectEmit(address(algorithms));
        emit IAlgorithmRegistry.AlgorithmApproved(id, K, 3);
        vm.expectEmit(address(algorithms));
        emit IAlgorithmRegistry.AlgorithmActivated(id, K);
        approve(3, K);
        vm.assertEq(algorithms.algorithmAt(K - 1), 0);
        vm.assertEq(algorithms.algorithmAt(K), id);
        vm.assertEq(algorithms.algorithmAt(type(uint32).max), id);
    }

    function test_approve_refusesOthersThanOwners() public {
        sealJar();
        expectNotAnOwner(oracle(1));
        algorithms.approve(id, K);
    }

    function test_approve_refusesWhatIsNotSealed() public {
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.NotStored.selector, id));
        approve(1, K);
        start(1, id, uint32(JAR.length));
        store(1, 0, JAR);
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.NotStored.selector, id));
        approve(1, K);
    }

    function test_approve_refusesTwice() public {
        sealJar();
        approve(1, K);
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.AlreadyApproved.selector, id, K, 1));
        approve(1, K);
        // for another timestep it counts anew
        approve(1, K + 1);
    }

    /// The plan of the next timestep may be in the making: what counts for it cannot change any more.
    function test_approve_refusesTheNextTimestep() public {
        sealJar();
        warpTo(K, 0);
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.TooEarly.selector, K + 1, K + 2));
        approve(1, K + 1);
        approve(1, K + 2);
    }

    /// One far ahead would shut out every other until then.
    function test_approve_refusesMoreThanAYearAhead() public {
        sealJar();
        warpTo(K, 0);
        uint32 latest = K + 366 * 96;
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.TooLate.selector, latest + 1, latest));
        approve(1, latest + 1);
        approve(1, latest);
    }

    function test_approve_refusesTimestepsUpToTheLastActivation() public {
        sealJar();
        for (uint8 i = 1; i <= 3; ++i) {
            approve(i, K + 10);
        }
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.TooEarly.selector, K + 10, K + 11));
        approve(4, K + 10);
        approve(4, K + 11);
    }

    function test_approve_doesNotCountTheExcluded() public {
        sealJar();
        approve(4, K);
        exclude(4);
        approve(1, K);
        approve(2, K);
        vm.assertEq(algorithms.algorithmAt(K), 0);
        approve(3, K);
        vm.assertEq(algorithms.algorithmAt(K), id);
    }

    function test_algorithmAt_findsEachActivation() public {
        sealJar();
        bytes memory jar2 = "a second jar";
        bytes32 second = sha256(jar2);
        start(1, second, uint32(jar2.length));
        vm.prank(owner(1));
        algorithms.store(second, 0, jar2);
        vm.prank(owner(1));
        algorithms.seal(second);
        bytes32[3] memory ids = [id, second, id];
        for (uint32 n = 0; n < 3; ++n) {
            for (uint8 i = 1; i <= 3; ++i) {
                vm.prank(owner(i));
                algorithms.approve(ids[n], K + 5 * n);
            }
        }
        vm.assertEq(algorithms.algorithmAt(K + 4), id);
        vm.assertEq(algorithms.algorithmAt(K + 5), second);
        vm.assertEq(algorithms.algorithmAt(K + 9), second);
        vm.assertEq(algorithms.algorithmAt(K + 10), id);
    }

    function test_attack_descriptionsAreShort() public {
        string memory most = string(new bytes(256));
        string memory longer = string(new bytes(257));
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.DescriptionLength.selector, 257, 256));
        vm.prank(owner(1));
        algorithms.start(id, 1, longer);
        vm.prank(owner(1));
        algorithms.start(id, 1, most);
    }

    /// All readers keep what was started: at most 32 uploads of an operator in any 30 days.
    function test_attack_operatorCannotStartUploadsWithoutEnd() public {
        uint256 first = block.timestamp;
        for (uint256 i = 0; i < 32; ++i) {
            vm.warp(first + i);
            start(1, bytes32(i), 1);
        }
        bytes memory tooMany = abi.encodeWithSelector(IAlgorithmRegistry.TooManyUploads.selector, 1, 32);
        vm.warp(first + 30 days - 1);
        vm.expectRevert(tooMany);
        start(1, id, 1);
        // another size is another upload
        vm.expectRevert(tooMany);
        start(1, bytes32(0), 2);
        // others are not held back
        start(2, id, 1);
        // with the first one 30 days old there is room for one
        vm.warp(first + 30 days);
        start(1, id, 1);
        vm.expectRevert(tooMany);
        start(1, bytes32(uint256(99)), 1);
    }

    function test_attack_operatorCannotStoreWithoutEnd() public {
        bytes memory jar = jarOf(CHUNK + 1, 1);
        start(1, id, uint32(jar.length));
        for (uint256 i = 0; i < 8; ++i) {
            store(1, 1, "x");
        }
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.TooManyStores.selector, id, 8));
        store(1, 0, part(jar, 0));
        // who starts anew may store again
        start(1, id, 1);
        store(1, 0, "x");
    }

    function test_attack_operatorCannotApproveWithoutEnd() public {
        sealJar();
        uint256 first = block.timestamp;
        for (uint32 i = 0; i < 32; ++i) {
            approve(1, K + i);
        }
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.TooManyApprovals.selector, 1, 32));
        approve(1, K + 32);
        approve(2, K + 32);
        vm.warp(first + 30 days);
        approve(1, K + 30 * 96);
    }

    /// forge-config: default.fuzz.runs = 24
    function testFuzz_bytesComeBack(uint256 size, uint256 seed) public {
        bytes memory jar = jarOf(bound(size, 1, 3 * CHUNK), seed);
        id = sha256(jar);
        start(1, id, uint32(jar.length));
        for (uint256 i = 0; i * CHUNK < jar.length; ++i) {
            store(1, i, part(jar, i));
        }
        seal(1);
        bytes memory all;
        (, uint16 chunks,) = algorithms.sizeOf(id);
        for (uint256 i = 0; i < chunks; ++i) {
            all = bytes.concat(all, algorithms.chunkOf(id, i));
        }
        vm.assertEq(keccak256(all), keccak256(jar));
    }

    function sealJar() private {
        start(1, id, uint32(JAR.length));
        store(1, 0, JAR);
        seal(1);
    }

    function start(uint8 operator, bytes32 algorithm, uint32 size) private {
        vm.prank(owner(operator));
        algorithms.start(algorithm, size, "");
    }

    function store(uint8 operator, uint256 index, bytes memory chunk) private {
        vm.prank(owner(operator));
        algorithms.store(id, index, chunk);
    }

    function seal(uint8 operator) private {
        vm.prank(owner(operator));
        algorithms.seal(id);
    }

    function requireStored(uint32 expectedSize, uint16 expectedChunks) private view {
        (uint32 size, uint16 chunks, bool stored) = algorithms.sizeOf(id);
        vm.assertEq(size, expectedSize);
        vm.assertEq(chunks, expectedChunks);
        vm.assertTrue(stored);
    }

    function approve(uint8 operator, uint32 fromTimestep) private {
        vm.prank(owner(operator));
        algorithms.approve(id, fromTimestep);
    }

    function expectNotAnOwner(address account) private {
        vm.expectRevert(abi.encodeWithSelector(IAlgorithmRegistry.NotAnOwner.selector, account));
        vm.prank(account);
    }

    function jarOf(uint256 size, uint256 seed) private pure returns (bytes memory jar) {
        jar = new bytes(size);
        for (uint256 i = 0; i < size; i += 32) {
            uint256 word = mix(seed, i);
            for (uint256 j = i; j < i + 32 && j < size; ++j) {
                jar[j] = bytes1(uint8(word >> (j % 32)));
            }
        }
    }

    function part(bytes memory jar, uint256 index) private pure returns (bytes memory chunk) {
        uint256 from = index * CHUNK;
        chunk = new bytes(jar.length - from < CHUNK ? jar.length - from : CHUNK);
        for (uint256 i = 0; i < chunk.length; ++i) {
            chunk[i] = jar[from + i];
        }
    }
}
