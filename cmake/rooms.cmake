# One interface target carries every compile flag of the project.
add_library(cartwright_options INTERFACE)
set(cartwright_sanitize "")
if(CARTWRIGHT_SANITIZE)
  set(cartwright_sanitize -fsanitize=${CARTWRIGHT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
                          -Wno-error=maybe-uninitialized)
endif()
target_compile_features(cartwright_options INTERFACE cxx_std_20)
target_compile_options(
  cartwright_options
  INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-restrict # GCC 12 false alarms on string +
            $<$<BOOL:${CARTWRIGHT_WERROR}>:-Werror> $<$<CONFIG:Debug>:-O1>
            ${cartwright_sanitize}
            $<$<BOOL:${CARTWRIGHT_COVERAGE}>:--coverage>)
target_link_options(cartwright_options INTERFACE ${cartwright_sanitize} $<$<BOOL:${CARTWRIGHT_COVERAGE}>:--coverage>)
target_include_directories(cartwright_options INTERFACE ${PROJECT_SOURCE_DIR})

# cartwright_room(NAME SOURCES a.cc HEADERS a.h PUBLIC targets PRIVATE targets)
#
# A room is a static library cartwright::NAME. PUBLIC holds what its headers need, PRIVATE what only its .cc files need.
# Every header is compiled alone by the target all_verify_interface_header_sets.
function(cartwright_room name)
  cmake_parse_arguments(room "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  add_library(cartwright_${name} STATIC ${room_SOURCES})
  add_library(cartwright::${name} ALIAS cartwright_${name})
  target_sources(cartwright_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${room_HEADERS})
  target_link_libraries(
    cartwright_${name}
    PUBLIC cartwright_options ${room_PUBLIC}
    PRIVATE ${room_PRIVATE})
endfunction()

# cartwright_test(NAME SOURCES a_test.cc LINK targets [LABEL integration])
#
# One test program a room. Tests run from the repository root.
function(cartwright_test name)
  cmake_parse_arguments(test "" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT test_LABEL)
    set(test_LABEL unit)
  endif()
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 300)
  endif()
  add_executable(${name}_test ${test_SOURCES})
  target_link_libraries(${name}_test PRIVATE cartwright_options ${test_LINK} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(
    ${name}_test
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${test_LABEL} TIMEOUT ${test_TIMEOUT})
endfunction()

# cartwright_analysis(NAME [SOURCES a.cc] [HEADERS a.h] [TESTS a_test.cc] [PRIVATE targets])
#
# The analysis of analyses/NAME with its tests of tests/analyses/NAME: a room cartwright::NAME that the registry links,
# and the test program NAME_test. Without lists the files are NAME.cc, NAME.h and NAME_test.cc. Every analysis sees the
# tables, the report and the statistics; PRIVATE adds what only its .cc files and tests need.
function(cartwright_analysis name)
  cmake_parse_arguments(analysis "" "" "SOURCES;HEADERS;TESTS;PRIVATE" ${ARGN})
  foreach(list IN ITEMS SOURCES.cc HEADERS.h TESTS_test.cc)
    string(REGEX MATCH "^[A-Z]+" kind ${list})
    string(REGEX REPLACE "^[A-Z]+" "" ending ${list})
    if(NOT analysis_${kind})
      set(analysis_${kind} ${name}${ending})
    endif()
  endforeach()
  list(TRANSFORM analysis_SOURCES PREPEND ${name}/)
  list(TRANSFORM analysis_HEADERS PREPEND ${name}/)
  cartwright_room(
    ${name}
    SOURCES ${analysis_SOURCES}
    HEADERS ${analysis_HEADERS}
    PUBLIC cartwright::tables cartwright::report cartwright::statistics
    PRIVATE ${analysis_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY CARTWRIGHT_ANALYSES ${name})
  set_property(GLOBAL PROPERTY CARTWRIGHT_TESTS_OF_${name} ${analysis_TESTS})
  set_property(GLOBAL PROPERTY CARTWRIGHT_LINKS_OF_${name} ${analysis_PRIVATE})
endfunction()

# The test programs of all analyses; for tests/analyses.
function(cartwright_analysis_tests)
  get_property(analyses GLOBAL PROPERTY CARTWRIGHT_ANALYSES)
  foreach(name IN LISTS analyses)
    get_property(tests GLOBAL PROPERTY CARTWRIGHT_TESTS_OF_${name})
    get_property(links GLOBAL PROPERTY CARTWRIGHT_LINKS_OF_${name})
    list(TRANSFORM tests PREPEND ${name}/)
    cartwright_test(
      ${name}
      SOURCES ${tests}
      LINK cartwright::${name} cartwright_test_support ${links})
  endforeach()
endfunction()
